"""What the rules that block would refuse of a filing when it is posted, told while it can be mended."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from grants.compliance.blocking import Blocking, blocked_among, blocking_on
from grants.compliance.categories import CLOSEOUT
from grants.compliance.rule import RULES
from grants.kernel.money import ZERO, cents, total
from reporting.filings.judging import Books, netted, spent_in
from reporting.filings.posting import day_of_undated, memos_of, paid_by_awards, shortened, within
from reporting.lines import Line, Lines
from reporting.problems import Collected, Found, Severity


def blocked(lines: Iterable[Line], books: Books, *, subaward: Any, period: Any) -> tuple[Found, ...]:
    """The costs of a filing that could not be posted today, each rule told once with all its cells.

    They are judged as the ledger would hold them: credits taken off, days filled in.
    """
    blocking = blocking_on(timezone.localdate())
    kept = netted(lines)[0]
    kinds = kept.column("kind")
    costs = kept.chosen([at for at, kind in enumerate(kinds) if kind == "expenditure"])
    if not blocking.rules or not len(costs):
        return ()
    told = _ToBePosted(costs, books, blocking, period)
    found = Collected()
    for breach, places in blocked_among(blocking, subaward, told.column):
        rule = RULES[breach.rule]
        says = f"{breach.sentence} This is not allowed ({rule.cites})."
        for (sheet, _), cells in told.cells(places).items():
            found.add(Severity.ERROR, sheet, cells, says, rule.fix, rule.code)
    return found.found()


class _ToBePosted:
    """Costs of a filing by the columns of the books, each as the ledger would hold it."""

    def __init__(self, costs: Lines, books: Books, blocking: Blocking, period: Any) -> None:
        self._lines, self._awards = costs, next(iter(books.left), None)
        self._undated = day_of_undated(period, books)
        # Who pays is known only of what does not exceed what is left; more is a problem of its own.
        able = total(max(amount, ZERO) for amount in books.left.values())
        if "award" in blocking.columns and spent_in(costs) <= able:
            self._lines, self._awards = paid_by_awards(costs, books)

    def column(self, name: str) -> Sequence[Any]:
        """What a column of the books will hold, one for each cost."""
        lines = self._lines
        match name:
            case "incurred_on":
                return [day or self._undated for day in lines.column(name)]
            case "award":
                awards = self._awards
                return awards if isinstance(awards, list) else [awards] * len(lines)
            case "amount":
                return list(map(cents, lines.column(name)))
            case "category":
                return within(lines.column(name), 40)
            case "is_closeout_cost":
                categories = within(lines.column("category"), 40)
                is_one = {each: CLOSEOUT in each.lower() for each in set(categories)}
                if not any(is_one.values()):
                    return [False] * len(lines)
                return list(map(is_one.__getitem__, categories))
            case "payee":
                return shortened(lines.column(name), 200)
            case "memo":
                return memos_of(lines)
        raise LookupError(f"A filing does not say the {name} of a cost.")

    def cells(self, places: Sequence[int]) -> dict[tuple[str, str], list[str]]:
        """The cells of costs by sheet and column; of a cost that a credit lessens, its own."""
        sheets, cells = self._lines.column("sheet"), self._lines.column("cell")
        found: dict[tuple[str, str], list[str]] = {}
        for at in places:
            cell = cells[at].partition(" ")[0]
            found.setdefault((sheets[at], cell.rstrip("0123456789")), []).append(cell)
        return found
