"""The receipt of a signed filing: what was handed in, by whom, and under which text."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from grants.kernel.money import ZERO
from grants.kernel.periods import long_date
from reporting.blocks import (
    Block,
    Column,
    Facts,
    FigureTable,
    Heading,
    LedgerTable,
    Notes,
    Prose,
)
from reporting.filings.judging import posted_lines
from reporting.filings.models import Filing
from reporting.filings.posting import lines_in
from reporting.pdf import draw_pdf

Sums = dict[tuple[str, str, str], Decimal]


def receipt_of(filing: Filing) -> Iterator[Block]:
    """The blocks of the receipt of a signed filing. Says nothing that changes after it was signed."""
    subaward, period, signed = filing.subaward, filing.period, filing.certification
    lines = posted_lines(lines_in(filing))
    yield Heading(f"Receipt of filing {filing.number}")
    if subaward.is_sample or subaward.program.is_sample:
        yield Notes(("Sample, not real: this filing is part of a demonstration.",))
    yield Facts(
        (
            ("Subaward", f"{subaward.number} {subaward.title}"),
            ("Subrecipient", subaward.subrecipient.name),
            ("Program", subaward.program.name),
            ("Period", f"{period.code}: {long_date(period.starts_on)} to {long_date(period.ends_on)}"),
            ("Due on", period.due_on),
            ("Spent in the period", filing.spent),
            ("Lines", filing.line_count),
            ("File", f"{filing.name}, {filing.size:,} bytes"),
            ("SHA-256 of the file", filing.sha256),
            ("Prepared by", f"{filing.prepared_by}, {_moment(filing.received_at)}"),
            ("Certified by", f"{signed.certified_by}, {_moment(signed.certified_at)}"),
            ("In time", "No, after the due day" if filing.is_late else "Yes"),
        )
    )
    yield Heading("What was certified", 2)
    yield Prose(signed.text)
    yield Notes((f"Text of {signed.version}.", f"Signed for the file with SHA-256 {signed.sha256}."))
    yield Heading("What was reported", 2)
    yield FigureTable(
        "Sums by project and category",
        (Column("What"), Column("Project"), Column("Category"), Column("Amount ($)", "dollars")),
        totals_of(filing),
    )
    yield LedgerTable(
        "Every line, with its cell",
        (
            Column("Cell"),
            Column("What"),
            Column("Incurred on", "date"),
            Column("Payee", weight=2),
            Column("Amount ($)", "dollars"),
        ),
        (
            (
                f"{line.sheet} {line.cell}",
                _said(line.kind),
                line.incurred_on or period.ends_on,
                line.payee,
                line.amount,
            )
            for line in lines
        ),
    )


def receipt_pdf(filing: Filing) -> bytes:
    """The receipt as a tagged PDF."""
    signed, agency = filing.certification, filing.subaward.program.agency
    return draw_pdf(
        receipt_of(filing),
        title=f"Receipt of filing {filing.number}",
        subject=f"Subaward {filing.subaward.number}, {filing.period.code}",
        running=[
            f"{agency} · Filing {filing.number} · certified {_moment(signed.certified_at)}",
            f"File {filing.sha256}",
        ],
        issued_at=signed.certified_at,
        author=str(agency),
    )


def totals_of(filing: Filing) -> list[tuple[str, str, str, Decimal]]:
    """What a filing reports by kind, project and category, in dollars."""
    sums: Sums = defaultdict(lambda: ZERO)
    for line in posted_lines(lines_in(filing)):
        sums[line.kind, line.project, line.category] += line.amount
    return [
        (_said(kind), project, category, amount) for (kind, project, category), amount in sorted(sums.items())
    ]


def _moment(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    return f"{long_date(at.date())}, {at:%H:%M:%S} UTC"


def _said(kind: str) -> str:
    return kind.replace("-", " ").capitalize()
