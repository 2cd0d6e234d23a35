"""Burn-down: what was left month by month, and what will be left on the last day at today's pace."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.compliance.deadlines import DEADLINES, spend_by
from grants.compliance.law import law
from grants.kernel.money import ZERO, shown, total
from grants.kernel.periods import long_date, month_end, month_start, months_later
from grants.ledger.models import Kind
from grants.ledger.queries import Standing, standings, sums
from grants.programs.models import Program
from grants.subawards.models import Subaward
from grants.subawards.outlook import MONTHS, Forecast, Outlook, forecast_of, outlooks
from reporting.blocks import Block, Facts, Heading, LineChart, Notes, Prose
from reporting.report import REPORTS, Report
from reporting.reports.forecast_blocks import forecast_blocks, forecast_figures

_KINDS = {Kind.OBLIGATION.value: 1, Kind.DEOBLIGATION.value: -1, Kind.EXPENDITURE.value: 0}
_AHEAD = 9
"""Points of a forecast; a longer one is told at the ends of quarters or years."""

_NOTES = (
    "Left is what is obligated, net of deobligations, and not yet spent, on the last day of each month.",
    f"The forecast takes what was spent in the last {MONTHS} whole months to go on evenly.",
    (
        "The last day to spend is the earliest of the law's, that of the federal award, and that of the "
        "subaward."
    ),
    "A month without a line is left out: nothing was recorded in it.",
)

Where = Mapping[str, Collection[Any]]


def gather(told_of: Subaward | Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """Money left by month, and its forecast, in dollars through a day as known at a moment."""
    at = _At(through, as_known_at)
    if isinstance(told_of, Subaward):
        parts = [at.of_subaward(told_of)]
    else:
        parts = [part for program in told_of for part in at.of_program(program)]
    return {"through": through, "as_known_at": as_known_at, "parts": parts}


class _At:
    """What is gathered as of a day and as known at a moment."""

    def __init__(self, through: date, as_known_at: datetime) -> None:
        self._through, self._known = through, as_known_at

    def of_subaward(self, subaward: Subaward) -> dict[str, Any]:
        """The one part of a report about a subaward."""
        name = f"Subaward {subaward.number}, {subaward.subrecipient.name}"
        is_sample = subaward.is_sample or subaward.program.is_sample
        return self._part(name, subaward.program, is_sample, {"subaward_id": [subaward.pk]}, [subaward])

    def of_program(self, program: Program) -> Iterator[dict[str, Any]]:
        """Real money of a program with what is under no subaward, and apart from it its samples."""
        subawards = list(program.subawards.select_related("subrecipient", "program").order_by("number"))
        samples = [each for each in subawards if each.is_sample and not program.is_sample]
        real = [each for each in subawards if each not in samples]
        own = self._under_no_subaward(program)
        if real or own:
            where: Where = {"program_id": [program.pk]}
            apart = {"subaward_id": [each.pk for each in samples]} if samples else None
            yield self._part(program.name, program, program.is_sample, where, real, own=own, without=apart)
        if samples:
            chosen = {"subaward_id": [each.pk for each in samples]}
            yield self._part(program.name, program, True, chosen, samples)

    def _part(
        self,
        name: str,
        program: Program,
        is_sample: bool,
        where: Where,
        subawards: list[Subaward],
        *,
        own: Forecast | None = None,
        without: Where | None = None,
    ) -> dict[str, Any]:
        told = outlooks(subawards, today=self._through, through=self._through, as_known_at=self._known)
        known = [each for each in told if each.obligated or each.spent]
        forecasts: list[Forecast] = [*known, *([own] if own else [])]
        return {
            "name": name,
            "is_sample": is_sample,
            "deadlines": self._deadlines(program),
            "forecasts": [_told(each) for each in forecasts],
            "months": self._months(where, without),
            "ahead": self._ahead(forecasts),
        }

    def _deadlines(self, program: Program) -> list[list[Any]]:
        """What the law asks of the program's family, and by when."""
        legal = DEADLINES.get(program.family, {})
        return [[what, law[key].on(self._through)] for key, what in legal.items()]

    def _under_no_subaward(self, program: Program) -> Forecast | None:
        """The forecast of what parties spend of their allocations themselves; None without such lines."""
        where: Where = {"program_id": [program.pk], "subaward_id": []}
        known = standings("program_id", through=self._through, as_known_at=self._known, where=where)
        standing = known.get(program.pk, Standing())
        if not (standing.obligated or standing.spent):
            return None
        since, until = months_later(month_start(self._through), -MONTHS), month_start(self._through)
        rows = [row for row in self._sums(where) if row["kind"] == Kind.EXPENDITURE]
        recent = total(row["amount"] for row in rows if since <= row["month"] < until)
        last_on = spend_by(program.family, today=self._through)
        return forecast_of(last_on, standing.obligated, standing.spent, recent, today=self._through)

    def _sums(self, where: Where) -> list[dict[str, Any]]:
        chosen = {**where, "kind": list(_KINDS)}
        return sums(("month", "kind"), through=self._through, as_known_at=self._known, where=chosen)

    def _months(self, where: Where, without: Where | None) -> list[list[Any]]:
        """Of each month with lines: its last day, obligated so far, spent in it, and left after it."""
        found: dict[date, list[Decimal]] = {}
        for sign, rows in ((1, self._sums(where)), (-1, self._sums(without) if without else [])):
            for row in rows:
                month = found.setdefault(row["month"], [ZERO, ZERO])
                month[0] += sign * _KINDS[row["kind"]] * row["amount"]
                month[1] += sign * row["amount"] if row["kind"] == Kind.EXPENDITURE else ZERO
        obligated = spent = ZERO
        told = []
        for day in sorted(day for day, amounts in found.items() if any(amounts)):
            obligated, spent = obligated + found[day][0], spent + found[day][1]
            told.append([min(month_end(day), self._through), obligated, found[day][1], obligated - spent])
        return told

    def _ahead(self, forecasts: Sequence[Forecast]) -> list[list[Any]]:
        """What will be left from today to the latest last day; nothing where one has no last day."""
        lasts = sorted({each.last_on for each in forecasts if each.last_on})
        if not lasts or any(each.last_on is None for each in forecasts) or lasts[-1] <= self._through:
            return []
        days, day = [self._through], month_end(self._through)
        while day < lasts[-1]:
            days.append(day)
            day = month_end(months_later(month_start(day), 1))
        step = next(step for step in (1, 3, 12, 120) if len(days) // step <= _AHEAD)
        spent = sorted({each.spent_on for each in forecasts if each.spent_on and not each.will_miss})
        kept = {days[0], *(day for day in days[1:] if day.month % min(step, 12) == 0), *lasts[:3], lasts[-1]}
        later = sorted(day for day in {*kept, *spent[:3], *spent[-1:]} if self._through <= day <= lasts[-1])
        lefts = [[day, total(each.left_on(day) for each in forecasts)] for day in later]
        return [
            row for n, row in enumerate(lefts) if row[1] or not n or lefts[n - 1][1] or n == len(lefts) - 1
        ]


def _told(forecast: Forecast) -> dict[str, Any]:
    """A forecast as the figures of a row."""
    number, subrecipient = "Under no subaward", ""
    if isinstance(forecast, Outlook):
        number, subrecipient = forecast.subaward.number, forecast.subaward.subrecipient.name
    return {"number": number, "subrecipient": subrecipient, **forecast_figures(forecast)}


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """Each program or subaward: its deadlines, the line of what is left, and each forecast."""
    yield Heading("Burn-down and forecast")
    yield Facts((("Money incurred through", figures["through"]), ("As known at", figures["as_known_at"])))
    if not figures["parts"]:
        yield Prose("There is no subaward, and nothing is obligated.")
    for part in figures["parts"]:
        name = f"{part['name']} (sample: made up, not real money)" if part["is_sample"] else part["name"]
        yield Heading(name, 2)
        if not part["months"]:
            yield Prose("Nothing is obligated or spent by that day.")
            continue
        yield from _deadlines(part, figures["through"])
        yield _chart(part)
        yield Heading("How the money will stand on the last day", 3)
        yield from forecast_blocks(part["forecasts"])
    yield Notes(_NOTES)


def _deadlines(part: dict[str, Any], through: date) -> Iterator[Block]:
    rows = part["forecasts"]
    months = part["months"]
    obligated, left = months[-1][1], months[-1][3]
    told = [(what, f"{long_date(day)}, {_away((day - through).days)}") for what, day in part["deadlines"]]
    if not told:
        told = [("Deadline of the law", "none for this program")]
    late = [row for row in rows if row["short"]]
    short = total(row["short"] for row in late)
    yield Facts(
        (
            *told,
            ("Obligated ($)", obligated),
            ("Spent ($)", obligated - left),
            ("Left ($)", left),
            ("Left on the last day, at this pace ($)", short if _is_known(rows) else "not known"),
        )
    )


def _is_known(rows: list[dict[str, Any]]) -> bool:
    return bool(rows) and all(row["short"] is not None for row in rows)


def _away(days: int) -> str:
    if days == 0:
        return "the day of this report"
    return f"{abs(days):,} day{'' if abs(days) == 1 else 's'} {'ahead' if days > 0 else 'past'}"


def _chart(part: dict[str, Any]) -> LineChart:
    months, ahead = part["months"], part["ahead"]
    points = [(day, (left, None)) for day, _, _, left in months]
    points = [*points, *((day, (None, left)) for day, left in ahead)]
    if ahead and months[-1][0] == ahead[0][0]:
        points[len(months) - 1 : len(months) + 1] = [(ahead[0][0], (months[-1][3], ahead[0][1]))]
    return LineChart(
        f"{part['name']}: what is left",
        _says(months, ahead),
        ("Left", "Forecast") if ahead else ("Left",),
        points if ahead else [(day, values[:1]) for day, values in points],
        marks=_marks(part),
    )


def _says(months: list[list[Any]], ahead: list[list[Any]]) -> str:
    """What the lines show, in words."""
    first, last = months[0], months[-1]
    said = (
        f"The line of what is left goes from {shown(first[3])} on {long_date(first[0])} to {shown(last[3])} "
        f"on {long_date(last[0])}."
    )
    if not ahead:
        return f"{said} There is no forecast: a last day is not recorded, or it has passed."
    return f"{said} The forecast ends with {shown(ahead[-1][1])} left on {long_date(ahead[-1][0])}."


def _marks(part: dict[str, Any]) -> list[tuple[date, str]]:
    lasts = sorted({row["last_on"] for row in part["forecasts"] if row["last_on"]})
    if not lasts:
        return []
    return [(lasts[-1], "Last day to spend" if len(lasts) == 1 else "Latest last day to spend")]


REPORTS.add(
    "burn-down",
    Report(
        "Burn-down and forecast", "2 CFR 200.302(b), 200.329", gather, compose, about=("programs", "subaward")
    ),
)
