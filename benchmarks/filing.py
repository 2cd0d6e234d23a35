"""Reading, judging and posting a workbook, against calamine reading it and a COPY of its lines."""

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from python_calamine import load_workbook
from xlsxwriter import Workbook

from benchmarks.measure import seconds, slope_told, told
from benchmarks.posting import seconds_of_a_bare_copy
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind
from reporting.filings.actions import accept_filing, post_filing
from reporting.filings.models import Filing, ReportingPeriod, Stage
from reporting.workbooks.quarterly_costs import COSTS
from tests.builders import Office
from tests.filings.builders import County

SIZES = (1_000, 20_000, 100_000)
HEADINGS = tuple(column.heading for column in COSTS.columns)
CATEGORIES = ("Personnel", "Supplies", "Travel", "Other")


def run() -> bool:
    """One workbook of each size: received and judged, signed by another, accepted and posted."""
    times, holds = {}, []
    for size in SIZES:
        county, content = _a_county(), _a_workbook(size)
        period = county.period()
        times[size] = seconds(lambda c=county, p=period, w=content: _file(c, p, w))
        assert Entry.objects.filter(subaward=county.subaward, kind=Kind.EXPENDITURE).count() == size
        with tempfile.TemporaryDirectory() as folder:
            bare = seconds(lambda w=content: _read(w), runs=2)
            bare += seconds_of_a_bare_copy(county.program, Path(folder) / "rows")
        most = 2.0 if size == 20_000 else 3.0
        holds.append(told("read, judge and post a workbook", size, ours=times[size], limit=bare, most=most))
    assert disagreements() == []
    return all([*holds, slope_told("read, judge and post a workbook", times)])


def _a_county() -> County:
    office = Office()
    award = office.an_award(amount=Decimal("900000000.00"))
    program = office.a_program("900000000.00", award=award)
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


def _read(content: bytes) -> None:
    for name in (book := load_workbook(BytesIO(content))).sheet_names:
        book.get_sheet_by_name(name).to_python()
