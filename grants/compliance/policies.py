"""Which policies are in force: the newest approved version of each, for an agency and those under it."""

from collections.abc import Iterable
from datetime import date

from grants.compliance.models import Policy, PolicyKind, PolicyStage
from grants.parties.models import Party


def in_force(on: date, *, kind: str) -> dict[tuple[int, str], Policy]:
    """The policies of a kind in force on a day, by agency and code of the rule.

    What an agency has set goes before what its parent has. A later version ends the one before, even if its
    own days are over.
    """
    approved = Policy.objects.filter(stage=PolicyStage.APPROVED, starts_on__lte=on)
    newest: dict[tuple[int, str], Policy] = {}
    for policy in approved.select_related("agency").order_by("version"):
        newest[policy.agency_id, policy.rule] = policy
    own = {
        key: policy for key, policy in newest.items() if policy.kind == kind and (policy.ends_on or on) >= on
    }
    return _with_children(own, {agency for agency, _ in newest}) | own


def _with_children(
    own: dict[tuple[int, str], Policy], agencies: Iterable[int]
) -> dict[tuple[int, str], Policy]:
    children = Party.objects.filter(parent__in=agencies).values_list("pk", "parent")
    return {
        (child, rule): policy
        for child, parent in children
        for (agency, rule), policy in own.items()
        if agency == parent
    }


def severities(on: date) -> dict[tuple[int, str], Policy]:
    """How grave states take rules on a day."""
    return in_force(on, kind=PolicyKind.SEVERITY)


def own_rules(on: date) -> list[tuple[Policy, frozenset[int]]]:
    """The rules of states' own in force on a day, each with the agencies whose books it is asked of."""
    asked: dict[int, tuple[Policy, set[int]]] = {}
    for (agency, _), policy in in_force(on, kind=PolicyKind.OWN_RULE).items():
        asked.setdefault(policy.pk, (policy, set()))[1].add(agency)
    return [(policy, frozenset(agencies)) for policy, agencies in asked.values()]
