"""What programs were given and what they allocated: through a day, as known at a moment, in dollars."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, Sum

from grants.programs.models import AllocationRound, Funding, Share


def funded_by_award(
    programs: Collection[int], *, through: date, as_known_at: datetime
) -> dict[tuple[int, int | None], Decimal]:
    """What each federal award (None: state money) put into each program; keys of both to dollars."""
    known = Funding.objects.filter(program__in=programs, received_on__lte=through, posted_at__lte=as_known_at)
    rows = known.values_list("program_id", "federal_award_id").annotate(Sum("amount")).order_by()
    return {(program, award): amount for program, award, amount in rows}


def allocated_by_party(
    programs: Collection[int], *, through: date, as_known_at: datetime
) -> dict[tuple[int, int], Decimal]:
    """What each party was allocated in each program; keys of program and party to dollars.

    A round counts from its date and its approval until the one that supersedes it counts.
    """
    in_force = Q(on__lte=through, approved_at__lte=as_known_at)
    next_round = AllocationRound.objects.filter(in_force, supersedes=OuterRef("pk"))
    rounds = AllocationRound.objects.filter(in_force, ~Exists(next_round), program__in=programs)
    rows = (
        Share.objects.filter(round__in=rounds, amount__gt=0)
        .values_list("round__program_id", "allocation__party_id")
        .annotate(Sum("amount"))
        .order_by()
    )
    return {(program, party): amount for program, party, amount in rows}


@dataclass(frozen=True)
class Gift:
    """What a round gives: dollars in all, and to how many places."""

    amount: Decimal
    places: int


def gift_of(round: AllocationRound) -> Gift:
    """What a round gives, of whatever stage; places that get nothing are not counted."""
    found = Share.objects.filter(round=round, amount__gt=0).aggregate(given=Sum("amount"), places=Count("pk"))
    return Gift(found["given"] or Decimal("0.00"), found["places"])
