"""How a period stands: counts, the rows that are not right yet, and what the rules of today would say."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from grants.kernel.money import total
from grants.kernel.periods import long_date
from reporting.filings.bundle import JUDGED, Rejudged, rejudged
from reporting.filings.models import Filing, ReportingPeriod, Stage
from reporting.filings.queries import Due, Stray, does_not_tie_out, due_for

MOST_FILINGS, MOST_BYTES = 200, 25_000_000
"""What is judged anew in one go, while a person waits: some ten seconds of reading."""


@dataclass(frozen=True)
class Counts:
    """How many subawards report for a period, by how far they have come, and dollars of posted filings.

    ``by_stage`` holds the stage of the filing that stands for each; all of them together are ``filed``.
    """

    due: int
    overdue: int
    by_stage: Mapping[str, int]
    posted: Decimal

    @property
    def filed(self) -> int:
        """For how many anything has been filed, a draft or a returned filing included."""
        return sum(self.by_stage.values())

    @property
    def figures(self) -> list[tuple[str, int]]:
        """The counts with their words, in the order of the work."""
        stages = (Stage.DRAFT, Stage.CHECKED, Stage.CERTIFIED, Stage.ACCEPTED, Stage.POSTED, Stage.RETURNED)
        return [
            ("due", self.due),
            ("filed", self.filed),
            *((stage.label.lower(), self.by_stage.get(stage, 0)) for stage in stages),
            ("overdue", self.overdue),
        ]


@dataclass(frozen=True)
class NotRight:
    """A subaward whose report is late, returned or wrong: the filing in question, if any, and what is wrong.

    ``whys`` holds pairs of a kind (``late``, ``returned``, ``errors``, ``ties``) and a sentence.
    ``in_the_ledger`` is what the ledger holds as spent for the period, where that was compared.
    """

    subaward: Any
    filing: Filing | None
    whys: Sequence[tuple[str, str]]
    in_the_ledger: Decimal | None = None


@dataclass(frozen=True)
class Board:
    """A period as its page shows it. Samples are counted apart, and only where there are any."""

    period: ReportingPeriod
    real: Counts
    sample: Counts | None
    rows: Sequence[NotRight]


def board_of(period: ReportingPeriod, *, on: date, person: Any) -> Board:
    """How a period stands on a day, of what ``person`` may see; as many queries for many as for one."""
    owed = due_for(period, on=on, person=person)
    real = [due for due in owed if not _is_sample(period, due)]
    sample = [due for due in owed if _is_sample(period, due)]
    broken = Filing.objects.visible_to(person).filter(period=period, stage=Stage.DRAFT, errors__gt=0)
    rows = not_right(
        owed,
        broken.defer("problems", "figures").select_related("subaward__subrecipient"),
        does_not_tie_out(period, person=person),
    )
    return Board(period, counted(real), counted(sample) if sample else None, rows)


def _is_sample(period: ReportingPeriod, due: Due) -> bool:
    return period.program.is_sample or due.subaward.is_sample


def counted(owed: Sequence[Due]) -> Counts:
    """The counts of what is owed. Pure."""
    filings = [due.filing for due in owed if due.filing]
    return Counts(
        due=len(owed),
        overdue=sum(due.is_overdue for due in owed),
        by_stage=Counter(filing.stage for filing in filings),
        posted=total(filing.spent for filing in filings if filing.stage == Stage.POSTED),
    )


def not_right(owed: Iterable[Due], broken: Iterable[Filing], strays: Iterable[Stray]) -> list[NotRight]:
    """The rows of a period that somebody must still see to, one for each filing, by subaward. Pure.

    ``broken`` are drafts with errors. A filing signed too late is right by now, so it has no row.
    """
    found: dict[tuple[str, int], NotRight] = {}

    def note(subaward: Any, filing: Filing | None, kind: str, says: str, held: Decimal | None = None) -> None:
        key = (subaward.number, filing.pk if filing else 0)
        known = found.get(key) or NotRight(subaward, filing, ())
        held = known.in_the_ledger if held is None else held
        found[key] = NotRight(subaward, filing, (*known.whys, (kind, says)), held)

    for due in owed:
        if due.is_overdue:
            note(due.subaward, due.filing, "late", _how_late(due))
        if due.filing and due.filing.stage == Stage.RETURNED:
            note(due.subaward, due.filing, "returned", "It was returned; a corrected one is awaited.")
    for filing in broken:
        note(filing.subaward, filing, "errors", _how_many(filing.errors, "error"))
    for stray in strays:
        note(stray.filing.subaward, stray.filing, "ties", stray.why, stray.in_the_ledger)
    return [found[key] for key in sorted(found)]


def _how_late(due: Due) -> str:
    days = _how_many((due.on - due.period.due_on).days, "day")
    unsigned = "nothing was filed here" if due.filing is None else "what was filed is not signed"
    return f"Due {long_date(due.period.due_on)}, {days} ago; {unsigned}."


def _how_many(number: int, of_what: str) -> str:
    return f"{number:,} {of_what}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Revalidation:
    """What the rules and books of today say of filings of a period: how many were read, which differ.

    ``rest`` is how many are still to be read, after that with the key ``last``. ``by_rule`` holds, for each
    rule, how many filings it newly finds fault with, and how many no longer.
    """

    judged: int
    rest: int
    last: int
    differing: Sequence[Rejudged]
    by_rule: Sequence[tuple[str, int, int]]

    @property
    def refused(self) -> int:
        """How many of the filings would have an error today that they had not."""
        return sum(each.new_errors > 0 for each in self.differing)


def revalidated(period: ReportingPeriod, *, person: Any, after: int = 0) -> Revalidation:
    """Read kept files of a period again under the rules of today; nothing is changed.

    Of the checked and signed filings that ``person`` may see, with keys beyond ``after``: as many as can be
    read while she waits, at least one.
    """
    filings = Filing.objects.visible_to(person).filter(period=period, stage__in=JUDGED, pk__gt=after)
    sizes = list(filings.order_by("pk").values_list("pk", "size"))
    keys = _in_one_go(sizes)
    differing = list(rejudged(period, person=person, among=keys))
    return Revalidation(
        judged=len(keys),
        rest=len(sizes) - len(keys),
        last=keys[-1] if keys else after,
        differing=differing,
        by_rule=by_rule(differing),
    )


def _in_one_go(sizes: Iterable[tuple[int, int]]) -> list[int]:
    """The keys of the first filings that are not too many nor, together, too large."""
    keys: list[int] = []
    room = MOST_BYTES
    for key, size in sizes:
        room -= size
        if keys and (room < 0 or len(keys) >= MOST_FILINGS):
            break
        keys.append(key)
    return keys


def by_rule(differing: Iterable[Rejudged]) -> list[tuple[str, int, int]]:
    """For each rule, how many filings it newly finds fault with, and how many no longer. Pure."""
    new: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for each in differing:
        new.update({problem["rule"] for problem in each.new})
        gone.update({problem["rule"] for problem in each.gone})
    return [(rule, new[rule], gone[rule]) for rule in sorted(new.keys() | gone.keys())]
