"""Changes of parties and people."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.refusals import Refusal
from grants.parties.models import Membership, Party, Population, User

FIXED = frozenset({"id", "code", "parent", "kept_by", "is_sample"})
"""What a correction never changes of a party."""


@action("party.register", needs="manage_parties")
def register_parties(keeper: Party, parties: list[Party], *, by: Any) -> int:
    """Enter parties into the register that ``keeper`` keeps; those whose code is there already stay.

    Returns how many were new. Refuses ``not-kept-here`` when a code is in another's register, or a parent is,
    and ``given-twice``.
    """
    known = Party.objects.filter(code__in=[party.code for party in parties]).in_bulk(field_name="code")
    new = [party for party in parties if party.code not in known]
    keeper.refuse_unless_kept({party.pk for party in known.values()})
    keeper.refuse_unless_kept({party.parent_id for party in new if party.parent_id})
    if len({party.code for party in new}) < len(new):
        raise Refusal("A code is given to two parties.", code="given-twice")
    for party in new:
        party.kept_by = keeper
        party.clean_fields(exclude=["kept_by"])  # known, and asking for it again costs a query a party
    Party.objects.bulk_create(new)
    return len(new)


@action("party.count", needs="manage_parties")
def record_populations(keeper: Party, populations: list[Population], *, by: Any) -> int:
    """Keep populations of parties; those known for the same year and source stay. Returns how many.

    Refuses ``not-kept-here`` for a party of another's register.
    """
    keeper.refuse_unless_kept({population.party_id for population in populations})
    kept = Population.objects.bulk_create(populations, ignore_conflicts=True)
    return len(kept)


@action("party.correct", needs="manage_parties")
def correct_party(party: Party, *, changes: dict[str, Any], reason: str, by: Any) -> Party:
    """Change what is recorded of a party. Its code stays: others rely on it; so does its parent.

    Who its parent is decides who reaches its programs. Refuses ``not-changeable``.
    """
    allowed = {field.name for field in Party._meta.fields} - FIXED
    unknown = sorted(set(changes) - allowed)
    if unknown:
        raise Refusal(f"This cannot be changed of a party: {', '.join(unknown)}.", code="not-changeable")
    for name, value in changes.items():
        setattr(party, name, value)
    party.full_clean()
    party.save()
    return party


@action("person.appoint", needs="manage_people")
def appoint(party: Party, *, person: User, role: str, starts_on: date | None = None, by: Any) -> Membership:
    """Let a person act for a party in a role, from a day on.

    Refuses ``own-role`` when someone would give a role to herself.
    """
    if person.pk == by.pk:
        raise Refusal("Nobody gives a role to herself; ask another administrator.", code="own-role")
    return Membership.objects.create(
        person=person, party=party, role=role, starts_on=starts_on or timezone.localdate()
    )


@action("person.dismiss", needs="manage_people")
def dismiss(membership: Membership, *, reason: str, by: Any) -> Membership:
    """End a membership: yesterday was its last day, or its first day if it began today or later."""
    membership.ends_on = max(timezone.localdate() - timedelta(days=1), membership.starts_on)
    membership.full_clean()
    membership.save()
    return membership
