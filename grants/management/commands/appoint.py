"""Makes the first administrator of an installation."""

from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from grants.kernel.roles import Role
from grants.parties.models import Membership, Party, PartyKind, User


class Command(BaseCommand):
    """The one door before there is anyone to open it; it closes with the first administrator."""

    help = "Appoint the first administrator of the state. Everyone after that is appointed at the desk."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--state", required=True, help="The state's name, such as “State of Ohio”.")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Membership.objects.filter(role=Role.ADMINISTRATOR).exists():
            raise CommandError("There is an administrator already; she appoints others at the desk.")
        state, _ = Party.objects.get_or_create(
            kind=PartyKind.STATE, defaults={"code": "state", "name": options["state"]}
        )
        Party.objects.filter(pk=state.pk).update(kept_by=state)
        person = User(email=options["email"], name=options["name"])
        password = getpass("Password: ")
        try:
            validate_password(password, person)
            person.set_password(password)
            person.full_clean()
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        person.save()
        Membership.objects.create(person=person, party=state, role=Role.ADMINISTRATOR)
        self.stdout.write(f"{person} administers {state}.")
