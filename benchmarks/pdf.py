"""A tagged PDF of ledger lines, against the same text drawn by ``drawString`` on a bare canvas."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

from reportlab.lib.pagesizes import landscape, letter
from reportlab.pdfgen.canvas import Canvas

from benchmarks.measure import seconds, slope_told, told
from reporting.blocks import (
    Column,
    Heading,
    LedgerTable,
)
from reporting.pdf import draw_pdf

SIZES = (1_000, 10_000, 100_000)
COLUMNS = (
    Column("Date", "date"), Column("Kind"), Column("Subaward"), Column("Category"), Column("Payee"),
    Column("Place"), Column("Memo"), Column("Amount ($)", "dollars"),
)  # fmt: skip


def run() -> bool:
    """The limit counts from the ten thousand lines where drawing outweighs what every file costs."""
    times, holds = {}, []
    for size in SIZES:
        times[size] = seconds(lambda size=size: _tagged(size), runs=2)
        bare = seconds(lambda size=size: _bare(size), runs=2)
        holds.append(told("tagged PDF of ledger lines", size, ours=times[size], limit=bare))
    slope = slope_told("tagged PDF of ledger lines", times)
    return holds[-1] and slope


def _lines(size: int) -> Iterator[tuple[object, ...]]:
    for n in range(size):
        amount = Decimal(n % 900_000 + 100) / 100
        yield (
            date(2022, n % 12 + 1, n % 28 + 1), "Expenditure", f"SA-{n % 1000:05}", "personnel",
            f"Vendor {n % 5000}", f"row {n}", f"Invoice {n}", amount.quantize(Decimal("0.01")),
        )  # fmt: skip


def _tagged(size: int) -> bytes:
    blocks = [Heading("Ledger"), LedgerTable("Lines", COLUMNS, _lines(size))]
    return draw_pdf(
        blocks,
        title="Ledger",
        running=("Benchmark",),
        issued_at=datetime(2026, 1, 1, tzinfo=UTC),
        author="Headgate",
    )


def _bare(size: int) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=landscape(letter))
    y = 0.0
    for cells in _lines(size):
        if y < 50:
            canvas.showPage()
            canvas.setFont("Helvetica", 7)
            y = 560.0
        for place, cell in enumerate(cells):
            text = f"{cell:,.2f}" if isinstance(cell, Decimal) else str(cell)
            canvas.drawString(40 + place * 90, y, text)
        y -= 11
    canvas.save()
    return out.getvalue()
