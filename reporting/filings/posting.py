"""How the lines of a filing come into the ledger, whole or not at all, each with its cell."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO
from grants.kernel.refusals import Refusal
from grants.ledger.models import Kind, Posting, PostingKind
from grants.ledger.posting import LineColumns, Source, post, replace
from grants.subawards.models import Subaward
from reporting.filings.judging import POSTED, Books, books_of, netted
from reporting.filings.models import Filing, FilingContent, Stage
from reporting.lines import Line, Lines

Texts = Sequence[str]


def lines_in(filing: Filing) -> Lines:
    """The lines that were read from a filing when it was received."""
    return Lines.kept(FilingContent.objects.values_list("lines", flat=True).get(filing=filing))


def ledger_lines(lines: Iterable[Line], subaward: Any, period: Any, books: Books) -> LineColumns:
    """The lines that a filing brings into the ledger, each with the cell that it comes from.

    Credits are taken off. What has no day of its own was incurred on the last day of the period on which
    the subaward runs. Where several federal awards pay the subaward they pay in the order of its splits, each
    until its part is used up; a line at the edge is divided. Refuses ``unknown-project``, ``over-obligated``
    and ``credit``.
    """
    kept, credits = netted(lines)
    if credits:
        raise Refusal("A credit is greater than the costs of its project and category.", code="credit")
    paid, awards = paid_by_awards(kept, books)
    undated = day_of_undated(period, books)
    return LineColumns(
        {
            "kind": [POSTED[kind] for kind in paid.column("kind")],
            "amount": paid.column("amount"),
            "incurred_on": [day or undated for day in paid.column("incurred_on")],
            "federal_award": awards,
            "allocation": subaward.allocation_id,
            "subaward": subaward.pk,
            "project": _projects(paid.column("project"), books),
            "category": within(paid.column("category"), 40),
            "payee": shortened(paid.column("payee"), 200),
            "period": period.code,
            "place": within(list(map("{}!{}".format, paid.column("sheet"), paid.column("cell"))), 80),
            "memo": memos_of(paid),
        }
    )


def day_of_undated(period: Any, books: Books) -> date:
    """When a cost without a day was incurred: on the last day of the period on which the subaward runs."""
    last = books.runs.ends_on
    return last if period.starts_on <= last < period.ends_on else period.ends_on


def memos_of(lines: Lines) -> Texts:
    """What else the lines say; a category too long for the ledger stands here whole."""
    awards, categories, descriptions = map(lines.column, ("award", "category", "description"))
    if any(awards) or any(len(category) > 40 for category in set(categories)):
        parts = zip(awards, [c if len(c) > 40 else "" for c in categories], descriptions, strict=True)
        descriptions = [" · ".join(filter(None, part)) for part in parts]
    return shortened(descriptions, 300)


def within(texts: Texts, longest: int) -> Texts:
    """Texts cut where they are too long for the ledger."""
    return [text[:longest] for text in texts] if max(map(len, texts), default=0) > longest else texts


def shortened(texts: Texts, longest: int) -> Texts:
    """Texts with a mark where they were shortened for the ledger; the filing keeps them whole."""
    if max(map(len, texts), default=0) <= longest:
        return texts
    return [text if len(text) <= longest else f"{text[: longest - 1]}…" for text in texts]


def _projects(codes: Texts, books: Books) -> list[int | None] | None:
    """The keys of the projects of lines; none where the subaward has no projects."""
    named = set(codes) - {""}
    if not named or not books.projects:
        return None
    for code in named - books.projects.keys():
        raise Refusal(f"There is no project “{code}” in this subaward any more.", code="unknown-project")
    return [books.projects[code] if code else None for code in codes]


def paid_by_awards(lines: Lines, books: Books) -> tuple[Lines, Any]:
    """Lines as federal awards pay them, and which pays each: one award all of them, or several in turn."""
    left = {award: max(amount, ZERO) for award, amount in books.left.items()}
    first = next(iter(left), None)
    if len(left) == 1:
        return lines, first
    kept, amounts, awards = [], [], []
    facts = zip(lines.column("kind"), lines.column("amount"), strict=True)
    for at, (kind, amount) in enumerate(facts):
        is_spent = POSTED[kind] == Kind.EXPENDITURE
        for award, part in _paying(amount, left) if is_spent else ((first, amount),):
            kept.append(at)
            amounts.append(part)
            awards.append(award)
    return lines.repeated(kept, amounts), awards


def _paying(wanted: Decimal, left: dict[int | None, Decimal]) -> Iterator[tuple[int | None, Decimal]]:
    """The awards that pay a cost, and how much of it each; it uses up what is ``left`` of them."""
    for award, amount in left.items():
        part = min(wanted, amount)
        if part:
            left[award] = amount - part
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
    lines = ledger_lines(lines_in(filing), subaward, period, books)
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
