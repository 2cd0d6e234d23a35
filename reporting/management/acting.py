"""Who acts when a command is run."""

from django.core.management.base import CommandError

from grants.kernel.roles import roles_that_may
from grants.parties.models import User


def acting(email: str | None, need: str) -> User:
    """The person named, or the one who may where there is only one. Raises CommandError otherwise."""
    people = User.objects.filter(is_active=True, memberships__role__in=roles_that_may(need)).distinct()
    found = list((people.filter(email__iexact=email) if email else people)[:2])
    if not found:
        raise CommandError(f"Nobody here may do this{f' as {email}' if email else ''}.")
    if len(found) > 1:
        raise CommandError("Say who does it: --by E-MAIL.")
    return found[0]
