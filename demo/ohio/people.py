"""The sample people of the demonstration, and the parties of the state that they act for."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from demo.steps import Office
from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.parties.actions import appoint, register_parties
from grants.parties.models import Membership, Party, PartyKind, User

PASSWORD = "sample-headgate-2026"  # noqa: S105  (of sample people, who are refused outside the demonstration)
STATE, BUDGET, DEVELOPMENT, PUBLIC_SAFETY, FRANKLIN = "OH", "OH-OBM", "OH-DEV", "OH-DPS", "C39049"
_AGENCIES = {
    BUDGET: "Office of Budget and Management",
    DEVELOPMENT: "Department of Development",
    PUBLIC_SAFETY: "Department of Public Safety",
}
JULY = 7
"""The month in which the fiscal year of Ohio and its agencies begins (Ohio Revised Code 9.34)."""
_APPOINTED = (
    ("fiscal.officer", STATE, Role.FISCAL_OFFICER),
    ("program.officer", STATE, Role.PROGRAM_OFFICER),
    ("reviewer", STATE, Role.REVIEWER),
    ("auditor", STATE, Role.AUDITOR),
    ("development.program.officer", DEVELOPMENT, Role.PROGRAM_OFFICER),
    ("development.fiscal.officer", DEVELOPMENT, Role.FISCAL_OFFICER),
)
_OF_FRANKLIN = (
    ("franklin.preparer", FRANKLIN, Role.PREPARER),
    ("franklin.certifier", FRANKLIN, Role.CERTIFIER),
)


@dataclass(frozen=True)
class State:
    """The state, its administrator, and the offices whose people enter and approve."""

    party: Party
    administrator: User
    budget: Office
    development: Office
    public_safety: Office

    @property
    def offices(self) -> tuple[Office, ...]:
        """Its offices."""
        return (self.budget, self.development, self.public_safety)


def the_state() -> State:
    """The state with its agencies and people, made where they are not there yet.

    Refuses ``not-the-demonstration`` anywhere but in the demonstration: the password of sample people is
    known to everyone.
    """
    if not settings.IS_DEMO:
        raise Refusal(
            "Sample people are only for the demonstration, on the database that it starts for itself.",
            code="not-the-demonstration",
        )
    party, administrator = _the_first()
    missing = [
        Party(code=code, kind=PartyKind.STATE_AGENCY, name=name, parent=party, fiscal_year_begins=JULY)
        for code, name in _AGENCIES.items()
        if not Party.objects.filter(code=code).exists()
    ]
    if missing:
        register_parties(party, missing, by=administrator)
    people = {name: _appointed(name, code, role, by=administrator) for name, code, role in _APPOINTED}
    agencies = Party.objects.in_bulk(list(_AGENCIES), field_name="code")
    by_state = (people["program.officer"], people["fiscal.officer"])
    by_development = (people["development.program.officer"], people["development.fiscal.officer"])
    return State(
        party=party,
        administrator=administrator,
        budget=Office(agencies[BUDGET], *by_state),
        development=Office(agencies[DEVELOPMENT], *by_development),
        public_safety=Office(agencies[PUBLIC_SAFETY], *by_state),
    )


def appoint_people_of_franklin(state: State) -> None:
    """The preparer and the certifier of Franklin County, once it is in the register."""
    for name, code, role in _OF_FRANKLIN:
        _appointed(name, code, role, by=state.administrator)


def appointed_for(state: State, name: str, code: str, role: Role) -> User:
    """The sample person of this name, with this role at a party that is in the register."""
    return _appointed(name, code, role, by=state.administrator)


def sign_ins() -> list[tuple[str, str]]:
    """The e-mail address of each sample person and what she is, for the people who try the demonstration."""
    rows = Membership.objects.filter(person__is_sample=True).select_related("person", "party").order_by("pk")
    return [(row.person.email, f"{Role(row.role).label.lower()} of {row.party}") for row in rows]


@transaction.atomic
def _the_first() -> tuple[Party, User]:
    """The state and its administrator: they alone come to be without someone who appoints them."""
    party, is_new = Party.objects.get_or_create(
        code=STATE,
        defaults={"kind": PartyKind.STATE, "name": "State of Ohio", "fiscal_year_begins": JULY},
    )
    if is_new:
        Party.objects.filter(pk=party.pk).update(kept_by=party)
        party.refresh_from_db()
    person = _person("administrator")
    if not Membership.objects.filter(person=person, role=Role.ADMINISTRATOR).exists():
        Membership.objects.create(person=person, party=party, role=Role.ADMINISTRATOR)
    return party, person


def _person(name: str) -> User:
    email = f"{name}@sample.example"
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User(email=email, name=f"Sample {name.replace('.', ' ')}", is_sample=True)
        person.set_password(PASSWORD)
        person.full_clean()
        person.save()
    return person


def _appointed(name: str, code: str, role: Role, *, by: User) -> User:
    person = _person(name)
    if not Membership.objects.filter(person=person, party__code=code, role=role).exists():
        appoint(Party.objects.get(code=code), person=person, role=role, by=by)
    return person
