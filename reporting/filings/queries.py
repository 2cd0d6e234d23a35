"""What periods and filings answer: who is due, who is late, and what does not tie out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.timezone import localdate

from grants.kernel.money import ZERO
from grants.kernel.refusals import Refusal
from grants.kernel.trail import TrailEntry
from grants.ledger.models import Entry, Kind
from grants.subawards.models import Stage as SubawardStage
from grants.subawards.models import Subaward
from reporting.filings.models import OPEN, SIGNED, Filing, ReportingPeriod, Stage
from reporting.filings.periods import periods_of


@dataclass(frozen=True)
class Due:
    """A report that a subaward owes for a period, and the filing that stands for it, if any.

    ``filing`` is the one in force, else the newest that was not replaced, a returned one included.
    """

    period: ReportingPeriod
    subaward: Subaward
    filing: Filing | None
    on: date

    @property
    def is_filed(self) -> bool:
        """Whether the subrecipient has signed."""
        return self.filing is not None and self.filing.stage in SIGNED

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been signed by now; once its subaward is closed nobody can any more."""
        is_closed = self.subaward.stage == SubawardStage.CLOSED
        return not self.is_filed and not is_closed and self.on > self.period.due_on

    @property
    def runs_until(self) -> date | None:
        """The last day of a period that is not over yet: nobody can sign its report before."""
        return self.period.ends_on if self.on <= self.period.ends_on else None

    @property
    def standing(self) -> str:
        """How it stands, in one word: the stage of its filing, ``missing``, or ``overdue``."""
        if self.is_overdue:
            return "overdue"
        return self.filing.stage if self.filing else "missing"


@dataclass(frozen=True)
class Stray:
    """A filing whose figures and the ledger do not agree, or whose own figures do not: ``why`` says it."""

    filing: Filing
    reported: Decimal
    in_the_ledger: Decimal
    why: str


def missing_periods(program: Any, *, through: date, today: date) -> list[ReportingPeriod]:
    """The periods of a program through a day that are not there yet, unsaved. Refuses ``not-funded``."""
    known = set(program.periods.values_list("code", flat=True))
    dated = periods_of(program.family, since=_begins_on(program), through=through, today=today)
    return [
        ReportingPeriod(
            program=program,
            code=each.code,
            starts_on=each.period.starts_on,
            ends_on=each.period.ends_on,
            due_on=each.due_on,
        )
        for each in dated
        if each.code not in known
    ]


def _begins_on(program: Any) -> date:
    """The first day of the program's money: of its federal awards, else when the first of it came in."""
    rows = program.fundings.values_list(
        "federal_award__starts_on", "federal_award__award_date", "received_on"
    )
    days = [starts or awarded or received for starts, awarded, received in rows]
    if not days:
        raise Refusal(f"{program} has no money yet; nobody has anything to report.", code="not-funded")
    return min(days)


def reporting_in(period: ReportingPeriod) -> QuerySet[Subaward]:
    """The subawards that report for a period: issued by its end, and running on one of its days at least.

    One that was closed since still counts for the periods that had begun by then.
    """
    return _with_closing(Subaward.objects.filter(program=period.program_id)).filter(
        Q(starts_on=None) | Q(starts_on__lte=period.ends_on),
        Q(ends_on=None) | Q(ends_on__gte=period.starts_on),
        Q(stage=SubawardStage.ISSUED) | Q(closed_at__date__gte=period.starts_on),
        issued_on__lte=period.ends_on,
    )


def _with_closing(subawards: QuerySet[Subaward]) -> QuerySet[Subaward]:
    """Subawards that are issued or closed, with the moment ``closed_at`` at which they last were closed."""
    closings = TrailEntry.objects.filter(
        subject_kind="subaward", subject_id=OuterRef("pk"), verb="subaward.close"
    )
    last = closings.order_by("-happened_at").values("happened_at")[:1]
    known = subawards.filter(stage__in=[SubawardStage.ISSUED, SubawardStage.CLOSED])
    return known.annotate(closed_at=Subquery(last))


def due_for(period: ReportingPeriod, *, on: date, person: Any = None) -> list[Due]:
    """What each subaward owes for a period, in order of numbers; of what ``person`` may see, if given.

    Two queries, however many subawards there are.
    """
    subawards = reporting_in(period).select_related("subrecipient").order_by("number")
    if person is not None:
        subawards = subawards.visible_to(person)  # type: ignore[attr-defined]
    known = _standing_for(Filing.objects.filter(period=period))
    return [Due(period, subaward, known.get((subaward.pk, period.pk)), on) for subaward in subawards]


def due_to(person: Any, *, on: date, need: str = "file_reports", among: Q | None = None) -> list[Due]:
    """What ``person`` may file, sign (``certify_reports``) or see (``view``); the nearest due day first.

    Every period that has begun, of all her subawards or of those that the condition ``among`` holds of.
    """
    subawards = _with_closing(Subaward.objects.within_reach_of(person, need).filter(among or Q()))
    if need != "view":
        subawards = subawards.filter(stage=SubawardStage.ISSUED)
    mine = {subaward.pk: subaward for subaward in subawards.select_related("subrecipient", "program")}
    programs = {subaward.program_id for subaward in mine.values()}
    periods = ReportingPeriod.objects.filter(program__in=programs, starts_on__lte=on)
    known = _standing_for(Filing.objects.filter(subaward__in=mine, period__in=periods))
    owed = [
        Due(period, subaward, known.get((subaward.pk, period.pk)), on)
        for period in periods.select_related("program").order_by("due_on", "pk")
        for subaward in mine.values()
        if subaward.program_id == period.program_id and _reports(subaward, period)
    ]
    return sorted(owed, key=lambda due: (due.period.due_on, due.subaward.number))


def _reports(subaward: Any, period: ReportingPeriod) -> bool:
    """The same as ``reporting_in``, of a subaward that is at hand with its closing."""
    is_closed = subaward.stage == SubawardStage.CLOSED
    if is_closed and (not subaward.closed_at or localdate(subaward.closed_at) < period.starts_on):
        return False
    return (
        (subaward.starts_on or date.min) <= period.ends_on
        and (subaward.ends_on or date.max) >= period.starts_on
        and (subaward.issued_on or date.max) <= period.ends_on
    )


def _standing_for(filings: QuerySet[Filing]) -> dict[tuple[int, int], Filing]:
    """The filing that stands for each subaward and period: signed before unsigned, then the newest."""
    found: dict[tuple[int, int], Filing] = {}
    rows = filings.exclude(stage=Stage.REPLACED).defer("problems", "figures").order_by("pk")
    for filing in rows.select_related("prepared_by", "certified_by"):
        key = (filing.subaward_id, filing.period_id)
        if key not in found or filing.stage in SIGNED or found[key].stage not in SIGNED:
            found[key] = filing
    return found


def history_of(subaward: Subaward, period: ReportingPeriod) -> QuerySet[Filing]:
    """Every filing of a subaward for a period, newest first."""
    return Filing.objects.filter(subaward=subaward, period=period).order_by("-pk")


def does_not_tie_out(period: ReportingPeriod, *, person: Any = None) -> list[Stray]:
    """The filings of a period that do not agree with the ledger, or within themselves; only those.

    A posted filing disagrees when what the ledger holds as spent for its subaward and period is not what it
    reports: a line was reversed by hand, or came in another way.
    """
    filings = Filing.objects.filter(period=period, stage__in=OPEN)
    if person is not None:
        filings = filings.visible_to(person)
    filings = filings.select_related("subaward__subrecipient").order_by("subaward__number", "pk")
    held = _held(period)
    return [stray for filing in filings for stray in _strays(filing, held.get(filing.subaward_id, ZERO))]


def _held(period: ReportingPeriod) -> dict[int, Decimal]:
    """What the ledger holds as spent for a period, by subaward, reversals counted in."""
    lines = Entry.objects.filter(program=period.program_id, kind=Kind.EXPENDITURE, period=period.code)
    lines = lines.exclude(subaward=None)
    return dict(lines.values_list("subaward").annotate(Sum("amount")))


def _strays(filing: Filing, held: Decimal) -> Iterator[Stray]:
    if filing.stage == Stage.POSTED and held != filing.spent:
        yield Stray(filing, filing.spent, held, "The ledger holds another sum for the period.")
    for problem in filing.problems:
        if problem["rule"] in TIE_OUTS:
            yield Stray(filing, filing.spent, held, problem["message"])


TIE_OUTS = frozenset({"SLFG-004", "crf-summary-ties", "qc-tie-out", "qc-total-spent", "qc-total-cost-share"})
"""Rules of workbooks that compare a file's own sums with each other."""


@dataclass(frozen=True)
class Tally:
    """How a period stands: how many subawards report, have signed, are late, and await a decision."""

    period: ReportingPeriod
    reporting: int
    filed: int
    overdue: int
    to_accept: int
    posted: int
    spent: Decimal


def tally_of(period: ReportingPeriod, *, on: date, person: Any = None) -> Tally:
    """The counts of a period, and what its posted filings report as spent, in dollars."""
    owed = due_for(period, on=on, person=person)
    stages = [due.filing.stage for due in owed if due.filing]
    posted = [due.filing.spent for due in owed if due.filing and due.filing.stage == Stage.POSTED]
    return Tally(
        period=period,
        reporting=len(owed),
        filed=sum(due.is_filed for due in owed),
        overdue=sum(due.is_overdue for due in owed),
        to_accept=stages.count(Stage.CERTIFIED),
        posted=len(posted),
        spent=sum(posted, ZERO),
    )
