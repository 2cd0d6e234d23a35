"""Reading, judging and posting a workbook, against calamine reading it, and a COPY of its lines."""

import tempfile
import time
from collections.abc import Callable, Container
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from python_calamine import load_workbook
from xlsxwriter import Workbook

from benchmarks.measure import forget_the_peak, seconds, slope_told, told
from benchmarks.posting import seconds_of_a_bare_copy
from benchmarks.templates import SHEETS, a_filled_template, a_template_without_results
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind
from reporting.filings.actions import accept_filing, open_periods, post_filing
from reporting.filings.models import ReportingPeriod, Stage
from reporting.workbooks.quarterly_costs import COSTS
from tests.builders import Office
from tests.filings.builders import County

SIZES = (1_000, 20_000, 100_000)
MOST = {20_000: 2.0}
"""How many times the limit a plain workbook may take; the everyday case is that in a real template."""
BETWEEN = "acknowledged and certified by persons in between, not timed"
EVERYDAY = "read, judge and post a workbook in its real template"
AS_SAVED = {
    "as Excel saved it": a_filled_template,
    "saved anew without results of formulas": a_template_without_results,
}
"""The real template as a person files it, and as a program leaves it that writes into it."""
PLAIN = "read, judge and post a workbook"
HEADINGS = tuple(column.heading for column in COSTS.columns)
CATEGORIES = ("Personnel", "Supplies", "Travel", "Other")


def run() -> bool:
    """Real templates of 1,000 lines, then plain workbooks: received, signed, accepted and posted.

    The clock runs while a filing is received, and while it is accepted and posted; not while persons
    acknowledge and certify it in between. The limit is measured in the same rounds, so that what else the
    machine does burdens both; of each the least counts.
    """
    _filed(_a_workbook(10))  # so that nothing is imported or prepared while the clock runs
    holds, times = [_everyday(1_000, saved) for saved in AS_SAVED], {}
    for size in SIZES:
        content = _a_workbook(size)
        forget_the_peak()
        times[size], bare = _side_by_side(
            content, size, lambda county, w=content: _bare(county, w), rounds=5 if size < 100_000 else 2
        )
        holds.append(told(PLAIN, size, ours=times[size], limit=bare, most=MOST.get(size), between=BETWEEN))
    assert disagreements() == []
    return all([*holds, slope_told(PLAIN, times)])


def _everyday(size: int, saved: str) -> bool:
    """A real template with so many lines, against calamine reading its data sheets once."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:  # its memory is not that of filing
        content = other.submit(AS_SAVED[saved], size).result()
    forget_the_peak()
    ours, limit = _side_by_side(content, size, lambda _: seconds(lambda: _read(content, SHEETS)), rounds=10)
    return told(
        f"{EVERYDAY}, {saved}", size, ours=ours, limit=limit, most=3.0, bytes=len(content), between=BETWEEN
    )


def _side_by_side(
    content: bytes, size: int, limit: Callable[[County], float], *, rounds: int
) -> tuple[float, float]:
    """The least seconds of filing a workbook, and of what limits it, in rounds of one after the other."""
    ours, limits = [], []
    for _ in range(rounds):
        took, county = _filed(content)
        assert Entry.objects.filter(subaward=county.subaward, kind=Kind.EXPENDITURE).count() == size
        ours.append(took)
        limits.append(limit(county))
    return min(ours), min(limits)


def _bare(county: County, content: bytes) -> float:
    """Seconds of calamine reading a workbook, and of a COPY of its lines."""
    with tempfile.TemporaryDirectory() as folder:
        read = seconds(lambda: _read(content))
        return read + seconds_of_a_bare_copy(county.program, Path(folder) / "rows")


def _filed(content: bytes) -> tuple[float, County]:
    """The seconds that a workbook takes from its bytes to the ledger, filed by a county of its own."""
    county = _a_county()
    period = county.period()
    return _file(county, period, content), county


def _a_county() -> County:
    office = Office()
    award = office.an_award(amount=Decimal("900000000.00"))
    program = office.a_program("900000000.00", award=award)
    open_periods(program, through=date(2022, 12, 31), layout="", by=office.program_officer)
    return County(
        office, amount="100000000.00", allocation=office.an_allocation("900000000.00", program=program)
    )


def _a_workbook(size: int) -> bytes:
    """The costs of a quarter, each line unlike the others."""
    file = BytesIO()
    book = Workbook(file, {"constant_memory": True})
    sheet, day = book.add_worksheet("Costs"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADINGS)
    for n in range(size):
        sheet.write_datetime(n + 1, 0, date(2022, 4, 1) + timedelta(days=n % 91), day)  # type: ignore[arg-type]
        sheet.write_row(n + 1, 2, (CATEGORIES[n % 4], f"Vendor {n % 5000}", f"Invoice {n}"))
        sheet.write_number(n + 1, 5, (n % 90_000 + 100) / 100)
    book.close()
    return file.getvalue()


def _file(county: County, period: ReportingPeriod, content: bytes) -> float:
    """The seconds of receiving a workbook and of posting it, in both of which it is judged."""
    began = time.perf_counter()
    filing = county.files(period=period, content=content, name="costs.xlsx")
    took = time.perf_counter() - began
    assert not filing.errors, filing.problems[:3]
    filing = county.signs(filing)
    began = time.perf_counter()
    filing = accept_filing(filing, by=county.office.program_officer)
    if filing.stage == Stage.ACCEPTED:  # so long that a worker posts it
        filing = post_filing(filing, by=county.office.program_officer)
    took += time.perf_counter() - began
    assert filing.stage == Stage.POSTED
    return took


def _read(content: bytes, sheets: Container[str] | None = None) -> None:
    """All sheets, or some of them, as calamine reads them."""
    for name in (book := load_workbook(BytesIO(content))).sheet_names:
        if sheets is None or name in sheets:
            book.get_sheet_by_name(name).to_python()
