"""Rules of the CARES Act (CRF) layouts that compare a workbook with earlier filings and with the books.

CRFP: enforced by the CARES reporter, whose sums of earlier periods were wrong: here they are of all of them.
CRFA: columns of its audit workbook. CRFT and CRFG: Treasury's data dictionary of November 30, 2020, and its
guidance for cycle 3. Amounts of an award are counted once per project, as ``crf_agency`` does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, shown
from grants.kernel.periods import long_date
from reporting.checks import same_code
from reporting.layout import Breach, Rows
from reporting.past import Kept, Past, PastRule
from reporting.problems import Severity
from reporting.rows import Row

AWARDS = ("Contracts", "Grants", "Loans", "Transfers", "Direct")
AGGREGATES = ("Aggregate Awards < 50000", "Aggregate Payments Individual")
FIFTY_THOUSAND = Decimal("50000.00")
FIX = "Correct the amounts, or the report of the earlier period."


@dataclass
class Share:
    """What an award obligated and spent on one project in the period, and the row that says so first."""

    row: Row
    obligated: Decimal = ZERO
    spent: Decimal = ZERO


def award_of(sheet: str, row: Row) -> str:
    """What tells an award from another in all filings; empty when it cannot be told."""
    names = ("subrecipient", "amount", "awarded_on") if sheet == "Direct" else ("number",)
    return " ".join([sheet, *(same_code(row[name]) for name in names)]) if row.has(*names) else ""


def shares_in(rows: Rows, sheet: str) -> dict[str, dict[str, Share]]:
    """The awards of a sheet by their projects. Awards with an amount that cannot be read are left out."""
    found: dict[str, dict[str, Share]] = {}
    unread: set[str] = set()
    for row in rows[sheet]:
        award = award_of(sheet, row)
        if award and not row.is_readable("amount", "obligated", "spent"):
            unread.add(award)
        purposes = {"obligated": row["project"], "spent": row["spent_project"] or row["project"]}
        for name, project in purposes.items():
            if not award or row[name] is None:
                continue
            share = found.setdefault(award, {}).setdefault(same_code(project or ""), Share(row))
            if name == "spent":
                share.spent += row["spent"]
            elif not share.obligated:
                share.obligated = row["obligated"]
        if award:
            found.setdefault(award, {same_code(row["project"] or ""): Share(row)})
    return {award: shares for award, shares in found.items() if award not in unread}


def _kept_awards(rows: Rows) -> Iterator[Mapping[str, Any]]:
    for sheet in AWARDS:
        for award, shares in shares_in(rows, sheet).items():
            for project, share in shares.items():
                yield {
                    "award": award,
                    "project": project,
                    "subrecipient": same_code(share.row["subrecipient"] or ""),
                    "amount": share.row["amount"],
                    "obligated": share.obligated,
                    "spent": share.spent,
                }


def _kept_aggregates(rows: Rows) -> Iterator[Mapping[str, Any]]:
    for sheet in AGGREGATES:
        for row in rows[sheet]:
            yield {"kind": row["kind"] or sheet, "obligated": row["obligated"], "spent": row["spent"]}


KEEPS = (
    Kept("awards", _kept_awards, ("amount", "obligated", "spent")),
    Kept("aggregates", _kept_aggregates, ("obligated", "spent")),
)


@dataclass(frozen=True)
class Standing:
    """An award as a workbook and all filings before it have it together, in dollars."""

    row: Row
    amount: Decimal | None
    before: Mapping[str, Any] | None
    now: Decimal
    obligated: Decimal
    spent: Decimal

    @property
    def was(self) -> Decimal | None:
        """The amount that the last filing gave it; None for a new award."""
        return self.before["amount"] if self.before else None


def standings_in(rows: Rows, sheet: str, past: Past) -> Iterator[Standing]:
    """Each award of a sheet with what was obligated and spent in all; ``now`` is obligated in the period."""
    last = past.last("awards", "award")
    obligated, spent = (past.total("awards", ("award",), name) for name in ("obligated", "spent"))
    for award, shares in shares_in(rows, sheet).items():
        now = sum((share.obligated for share in shares.values()), ZERO)
        first = next(iter(shares.values())).row
        yield Standing(
            first,
            first["amount"],
            last.get(award),
            now,
            now + obligated.get((award,), ZERO),
            sum((share.spent for share in shares.values()), ZERO) + spent.get((award,), ZERO),
        )


Judge = Callable[[Standing], str]


def _each(
    code: str,
    sheet: str,
    names: tuple[str, ...],
    judge: Judge,
    *,
    severity: Severity = Severity.ERROR,
    when: bool | None = None,
    adds_up: bool = True,
    fix: str = FIX,
) -> PastRule:
    """A rule on each award of a sheet: ``judge`` says what is wrong with it. ``when`` limits it to the first
    period of the program, or to the others."""

    def check(rows: Rows, past: Past) -> Iterator[Breach]:
        if when is None or when is past.is_first:
            for award in standings_in(rows, sheet, past):
                if message := judge(award):
                    yield Breach(award.row, names, message)

    return PastRule(code, check, fix, severity, adds_up)


def _is_obligated(award: Standing) -> str:
    if award.amount is None or award.amount == award.obligated:
        return ""
    return f"The award is {shown(award.amount)}, but {shown(award.obligated)} is obligated in all reports."


def _is_overspent(award: Standing) -> str:
    if award.amount is None or award.spent <= award.amount:
        return ""
    return f"{shown(award.spent)} is spent in all reports, more than the award of {shown(award.amount)}."


def _is_negative(name: str) -> Judge:
    def judge(award: Standing) -> str:
        amount: Decimal = getattr(award, name)
        return f"All reports together have {shown(amount)} {name}." if amount < 0 else ""

    return judge


def _fell(award: Standing) -> str:
    """CRFG-001: an award reported above fifty thousand dollars does not stay with less, but at nothing."""
    if award.was is None or award.amount is None:
        return ""
    if not award.was >= FIFTY_THOUSAND > award.amount > 0:
        return ""
    return (
        f"The award fell from {shown(award.was)} to {shown(award.amount)}, below $50,000: it becomes zero "
        "here, with a negative obligation, and what remains goes to the aggregates."
    )


def _removed(award: Standing) -> str:
    """CRFG-002: an award that becomes nothing gives back all that was obligated to it."""
    if not award.was or award.amount != 0 or not award.obligated:
        return ""
    return f"The award is removed, but {shown(award.obligated)} of it stays obligated in all reports."


def _changed_hands(award: Standing) -> str:
    """CRFG-003: an award stays with its subrecipient."""
    was, now = (award.before or {}).get("subrecipient"), award.row["subrecipient"]
    if not was or now is None or was == same_code(now):
        return ""
    return f"The award was reported for the subrecipient “{was}”, now for “{now}”."


def _difference(award: Standing) -> str:
    """CRFG-004: when an award changes its amount, the obligation of the period is the difference."""
    if award.was is None or not award.amount or award.was == award.amount:
        return ""
    if award.now == award.amount - award.was:
        return ""
    return (
        f"The award went from {shown(award.was)} to {shown(award.amount)}; the obligation of the period is "
        f"{shown(award.now)} instead of the difference."
    )


def _unchanged(award: Standing) -> str:
    """CRFA-004: the amount of an award is that of before and what is obligated in the period."""
    if award.was is None or award.was != award.amount or not award.now or not award.amount:
        return ""
    return f"{shown(award.now)} is obligated in the period, but the award stays {shown(award.was)}."


def _by_project(code: str, sheet: str) -> PastRule:
    """CRFT-021 and 026: per award and project no more is spent in all than is obligated in all."""

    def check(rows: Rows, past: Past) -> Iterator[Breach]:
        key = ("award", "project")
        obligated, spent = (past.total("awards", key, name) for name in ("obligated", "spent"))
        for award, shares in shares_in(rows, sheet).items():
            for project, share in shares.items():
                of = (award, project)
                most = share.obligated + obligated.get(of, ZERO)
                all_spent = share.spent + spent.get(of, ZERO)
                if all_spent > most and share.spent:
                    message = f"{shown(all_spent)} is spent in all reports, above {shown(most)} obligated."
                    yield Breach(share.row, ("spent", "obligated"), message)

    return PastRule(code, check, FIX, adds_up=True)


def _within_received(sheets: tuple[str, ...], names: tuple[str, ...]) -> Callable[..., Iterator[Breach]]:
    """No award, and no aggregates of a kind, are more than all that the program received."""

    def check(rows: Rows, past: Past) -> Iterator[Breach]:
        for row in (row for sheet in sheets for row in rows[sheet]):
            for name in names:
                if past.received is not None and row[name] is not None and row[name] > past.received:
                    most = shown(past.received)
                    message = f"{shown(row[name])} is more than the {most} that the program received."
                    yield Breach(row, (name,), message)

    return check


def _aggregates(rows: Rows, past: Past) -> Iterator[Breach]:
    """CRFA-006: aggregates of all periods are not negative, and no more is spent than obligated."""
    obligated, spent = (past.total("aggregates", ("kind",), name) for name in ("obligated", "spent"))
    for sheet in AGGREGATES:
        for row in rows[sheet]:
            if not row.is_readable("obligated", "spent"):
                continue
            of = (row["kind"] or sheet,)
            most = (row["obligated"] or ZERO) + obligated.get(of, ZERO)
            all_spent = (row["spent"] or ZERO) + spent.get(of, ZERO)
            if most < 0 or all_spent < 0:
                message = f"All reports together have {shown(most)} obligated and {shown(all_spent)} spent."
                yield Breach(row, ("obligated", "spent"), message)
            elif all_spent > most:
                message = f"{shown(all_spent)} is spent in all reports, above {shown(most)} obligated."
                yield Breach(row, ("obligated", "spent"), message)


def _within_program(rows: Rows, past: Past) -> Iterator[Breach]:
    """CRFT-013 where the workbook does not name the end of the program: the books know it."""
    last = past.program_ends_on
    for sheet in AWARDS if last else ():
        names = ("awarded_on", "spent_to") if sheet == "Loans" else ("awarded_on", "ends_on", "spent_to")
        for row, name in ((row, name) for row in rows[sheet] for name in names):
            if last and row[name] is not None and row[name] > last:
                yield Breach(row, (name,), f"It is after the end of the program, {long_date(last)}.")


def _shared() -> Iterator[PastRule]:
    """The rules of both layouts."""
    yield PastRule("CRFT-011", _within_received(AWARDS, ("amount",)), "Correct the amount.")
    yield PastRule("CRFT-031", _within_received(AGGREGATES, ("obligated", "spent")), "Correct the amount.")
    yield PastRule("CRFA-006", _aggregates, FIX, Severity.WARNING, adds_up=True)
    for sheet in AWARDS:
        moved = ("obligated", "amount")
        yield _by_project("CRFT-026" if sheet == "Loans" else "CRFT-021", sheet)
        yield _each("CRFG-001", sheet, ("amount",), _fell, adds_up=False)
        yield _each("CRFG-002", sheet, moved, _removed)
        yield _each("CRFG-003", sheet, ("subrecipient",), _changed_hands, adds_up=False,
                    fix="Bring the award to zero, and report another for the new subrecipient.")  # fmt: skip
        yield _each("CRFG-004", sheet, moved, _difference)
        yield _each("CRFA-001", sheet, ("obligated",), _is_negative("obligated"), severity=Severity.WARNING)
        yield _each("CRFA-002", sheet, ("spent",), _is_negative("spent"), severity=Severity.WARNING)
        yield _each("CRFA-004", sheet, moved, _unchanged, severity=Severity.WARNING)


FIRST = {"Contracts": "CRFP-031", "Grants": "CRFP-086", "Transfers": "CRFP-118"}
LATER = {"Contracts": "CRFP-032", "Grants": "CRFP-087", "Loans": "CRFP-106", "Transfers": "CRFP-119",
         "Direct": "CRFP-137"}  # fmt: skip
SPENT = {"Contracts": "CRFP-057", "Grants": "CRFP-090", "Transfers": "CRFP-120", "Direct": "CRFP-143"}
AMOUNTS = ("amount", "obligated")
OF_AGENCIES = (
    *_shared(),
    *(_each(code, sheet, AMOUNTS, _is_obligated, when=True) for sheet, code in FIRST.items()),
    *(_each(code, sheet, AMOUNTS, _is_obligated, when=False) for sheet, code in LATER.items()),
    *(_each(code, sheet, ("amount", "spent"), _is_overspent) for sheet, code in SPENT.items()),
)
OF_TREASURY = (
    *_shared(),
    PastRule("CRFT-013", _within_program, "Correct the date."),
    *(_each("CRFA-005", sheet, AMOUNTS, _is_obligated, severity=Severity.WARNING) for sheet in AWARDS),
)
