"""Reading, judging and posting a workbook, against calamine reading it, and a COPY of its lines."""

import tempfile
from collections.abc import Container
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
from benchmarks.templates import SHEETS, a_filled_template
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind
from reporting.filings.actions import accept_filing, open_periods, post_filing
from reporting.filings.models import Filing, ReportingPeriod, Stage
from reporting.workbooks.quarterly_costs import COSTS
from tests.builders import Office
from tests.filings.builders import County

SIZES = (1_000, 20_000, 100_000)
MOST = {20_000: 2.0}
"""How many times the limit a plain workbook may take; the everyday case is that in a real template."""
EVERYDAY = "read, judge and post a workbook in its real template"
PLAIN = "read, judge and post a workbook"
HEADINGS = tuple(column.heading for column in COSTS.columns)
CATEGORIES = ("Personnel", "Supplies", "Travel", "Other")


def run() -> bool:
    """A real template of 1,000 lines, then plain workbooks: received, signed, accepted and posted."""
    _filed(_a_workbook(10))  # so that nothing is imported or prepared while the clock runs
    holds, times = [_everyday(1_000)], {}
    for size in SIZES:
        content = _a_workbook(size)
        forget_the_peak()
        runs = 3 if size < 100_000 else 1
        times[size], county = min((_filed(content) for _ in range(runs)), key=lambda run: run[0])
        assert Entry.objects.filter(subaward=county.subaward, kind=Kind.EXPENDITURE).count() == size
        with tempfile.TemporaryDirectory() as folder:
            bare = seconds(lambda w=content: _read(w), runs=3)
            bare += min(seconds_of_a_bare_copy(county.program, Path(folder) / "rows") for _ in range(3))
        holds.append(told(PLAIN, size, ours=times[size], limit=bare, most=MOST.get(size)))
    assert disagreements() == []
    return all([*holds, slope_told(PLAIN, times)])


def _everyday(size: int) -> bool:
    """A real template with so many lines, against calamine reading its data sheets once."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:  # its memory is not that of filing
        content = other.submit(a_filled_template, size).result()
    forget_the_peak()
    ours, county = min((_filed(content) for _ in range(5)), key=lambda run: run[0])
    assert Entry.objects.filter(subaward=county.subaward, kind=Kind.EXPENDITURE).count() == size
    limit = seconds(lambda: _read(content, SHEETS), runs=5)
    return told(EVERYDAY, size, ours=ours, limit=limit, most=3.0, bytes=len(content))


def _filed(content: bytes) -> tuple[float, County]:
    """The seconds that a workbook takes from its bytes to the ledger, filed by a county of its own."""
    county = _a_county()
    period = county.period()
    return seconds(lambda: _file(county, period, content)), county


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


def _file(county: County, period: ReportingPeriod, content: bytes) -> Filing:
    filing = county.files(period=period, content=content, name="costs.xlsx")
    assert not filing.errors, filing.problems[:3]
    filing = accept_filing(county.signs(filing), by=county.office.program_officer)
    if filing.stage == Stage.ACCEPTED:  # so long that a worker posts it
        filing = post_filing(filing, by=county.office.program_officer)
    assert filing.stage == Stage.POSTED
    return filing


def _read(content: bytes, sheets: Container[str] | None = None) -> None:
    """All sheets, or some of them, as calamine reads them."""
    for name in (book := load_workbook(BytesIO(content))).sheet_names:
        if sheets is None or name in sheets:
            book.get_sheet_by_name(name).to_python()
