"""How the lines of a filing come into the ledger, whole or not at all, each with its cell."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from grants.kernel.money import ZERO
from grants.kernel.refusals import Refusal
from grants.ledger.models import Kind, Posting, PostingKind
from grants.ledger.posting import Line as LedgerLine
from grants.ledger.posting import Source, post, replace
from grants.subawards.models import Subaward
from reporting.filings.judging import POSTED, Books, books_of, netted
from reporting.filings.models import Filing, Stage
from reporting.layout import Line


def as_kept(lines: Iterable[Line]) -> str:
    """Lines as JSON, amounts and days as text."""
    return orjson.dumps(list(lines), default=str).decode()


def as_read(kept: str) -> list[Line]:
    """The lines that ``as_kept`` was given."""
    rows = orjson.loads(kept)
    for row in rows:
        row["amount"] = Decimal(row["amount"])
        row["incurred_on"] = row["incurred_on"] and date.fromisoformat(row["incurred_on"])
    return [Line(**row) for row in rows]


def ledger_lines(lines: Iterable[Line], subaward: Any, period: Any, books: Books) -> list[LedgerLine]:
    """The lines that a filing brings into the ledger, each with the cell that it comes from.

    Credits are taken off. What has no day of its own was incurred on the last day of the period. Where
    several federal awards pay the subaward they pay in the order of its splits, each until its part is used
    up; a line at the edge is divided. Refuses ``unknown-project``, ``over-obligated`` and ``credit``.
    """
    kept, credits = netted(lines)
    if credits:
        raise Refusal("A credit is greater than the costs of its project and category.", code="credit")
    purse = _Purse(books)
    return [
        LedgerLine(
            kind=POSTED[line.kind],
            amount=amount,
            incurred_on=line.incurred_on or period.ends_on,
            federal_award=award,
            allocation=subaward.allocation_id,
            subaward=subaward.pk,
            project=_project(line, books),
            category=line.category[:40],
            payee=_shortened(line.payee, 200),
            period=period.code,
            place=f"{line.sheet}!{line.cell}"[:80],
            memo=_memo(line),
        )
        for line in kept
        for award, amount in purse.paying(line)
    ]


def _memo(line: Line) -> str:
    """What else the line says; a category too long for the ledger stands here whole."""
    category = line.category if len(line.category) > 40 else ""
    return _shortened(" · ".join(part for part in (line.award, category, line.description) if part), 300)


def _shortened(text: str, longest: int) -> str:
    """A text with a mark where it was shortened for the ledger; the filing keeps it whole."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _project(line: Line, books: Books) -> int | None:
    """The key of the project of a line; none where the subaward has no projects."""
    if not line.project or not books.projects:
        return None
    if line.project not in books.projects:
        raise Refusal(
            f"There is no project “{line.project}” in this subaward any more.", code="unknown-project"
        )
    return books.projects[line.project]


class _Purse:
    """What the federal awards of a subaward still pay, in their order."""

    def __init__(self, books: Books) -> None:
        self._left = {award: max(left, ZERO) for award, left in books.left.items()}
        self._first = next(iter(self._left), None)

    def paying(self, line: Line) -> Iterator[tuple[int | None, Decimal]]:
        """The awards that pay a line, and how much of it each; only expenditures use them up."""
        if POSTED[line.kind] != Kind.EXPENDITURE or len(self._left) == 1:
            yield self._first, line.amount
            return
        wanted = line.amount
        for award, left in self._left.items():
            part = min(wanted, left)
            if part:
                self._left[award] -= part
                wanted -= part
                yield award, part
        if wanted:
            raise Refusal("More would be spent than is obligated to the subaward.", code="over-obligated")


def posted(filing: Filing, by: Any) -> Filing:
    """The filing with its lines in the ledger, in the place of those of an earlier one.

    The subaward is locked first: of two filings of one period that are posted at once, the second sees the
    first.
    """
    subaward = Subaward.objects.select_for_update(no_key=True).get(pk=filing.subaward_id)
    period = filing.period
    earlier = subaward.filings.filter(period=period, stage=Stage.POSTED).select_related("posting").first()
    books = books_of(subaward, period)
    lines = ledger_lines(as_read(filing.kept.lines), subaward, period, books)
    name = f"{filing.number} {filing.name}"
    source = Source(f"filing:{filing.pk}", name, PostingKind.FILING, filing.sha256)
    if earlier and earlier.posting:
        posting: Posting = replace(
            earlier.posting, lines, source, reason=f"Replaced by {filing.number}.", by=by
        )
        earlier.move_to(Stage.REPLACED)
        earlier.save(update_fields=["stage"])
    else:
        posting = post(subaward.program, lines, source, by=by)
    filing.move_to(Stage.POSTED)
    filing.posting, filing.replaces = posting, earlier
    filing.save(update_fields=["stage", "posting", "replaces"])
    return filing
