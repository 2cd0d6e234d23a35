"""A report as a state would hand it to an auditor, with figures made up for the tests."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from reporting.blocks import (
    BarChart,
    Block,
    Column,
    Correction,
    Facts,
    FigureTable,
    FindingList,
    Found,
    Heading,
    LedgerTable,
    LineChart,
    Map,
    Notes,
    Prose,
    Row,
    SignatureBlock,
    Signer,
    Waived,
)

ISSUED_AT = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
RUNNING = ("Through June 30, 2022 · As known at November 24, 2026, 14:05 UTC",)
TITLE = "Spend by program"
AUTHOR = "State of Ohio · Office of Budget and Management"

PROGRAMS = (
    ("Coronavirus Relief Fund, local government distributions", "21.019"),
    ("State and Local Fiscal Recovery Funds, water and sewer quality", "21.027"),
    ("State and Local Fiscal Recovery Funds, non-entitlement units of local government", "21.027"),
    ("Capital Projects Fund, multipurpose community facilities", "21.029"),
    ("Broadband Equity, Access, and Deployment", "11.035"),
    ("State Digital Equity Capacity Grant", "11.032"),
    ("State and Local Cybersecurity Grant Program", "97.137"),
    ("Residential broadband expansion", "21.027"),
)
PLACES = ("County Board of Commissioners", "Regional Water and Sewer District", "Township Trustees")


def spend_by_program(subrecipients: int = 60) -> dict[str, Any]:
    """Figures of eight programs and of so many subrecipients, in whole cents, the same every time."""
    programs = [
        {
            "name": name,
            "aln": aln,
            "funded": Decimal(93_750_125 * (9 - n)) + Decimal("0.37"),
            "allocated": Decimal(81_250_000 * (9 - n)) + Decimal("0.10"),
            "obligated": Decimal(64_125_017 * (9 - n)) + Decimal("0.05"),
            "spent": Decimal(41_300_911 * (9 - n) // (1 + n % 3)) + Decimal("0.99"),
        }
        for n, (name, aln) in enumerate(PROGRAMS)
    ]
    subawards = [
        {
            "number": f"OH-ARP-{2021 + n % 3}-{n + 1:04d}",
            "name": f"{_county(n)} {PLACES[n % 3]}"
            + (", on behalf of its villages and townships" if n % 5 == 0 else ""),
            "program": PROGRAMS[n % 8][0],
            "starts_on": date(2021, 3, 3 + n % 20),
            "obligated": Decimal(1_250_000 + 37_411 * n) + Decimal(n % 100) / 100,
            "spent": Decimal(913_027 + 21_003 * n) - Decimal(n * 7 % 100) / 100
            if n % 17
            else Decimal("-1250.50"),
            "payments": n % 12,
        }
        for n in range(subrecipients)
    ]
    return {"through": date(2022, 6, 30), "programs": programs, "subawards": subawards}


def _county(n: int) -> str:
    names = (
        "Ashtabula",
        "Champaign",
        "Coshocton",
        "Cuyahoga",
        "Muskingum",
        "Montgomery",
        "Tuscarawas",
        "Van Wert",
    )
    return f"{names[n % 8]} {'' if n < 8 else f'No. {n // 8 + 1} '}".strip()


def composed(figures: dict[str, Any]) -> Iterator[Block]:
    """The blocks of ``spend_by_program``; every kind of block is among them."""
    programs, subawards = figures["programs"], figures["subawards"]
    yield Heading("Spend by program")
    yield Prose(
        "Federal money received by the state, by program: what was funded, how much of it was passed on to "
        "subrecipients, and what they have spent. Every amount leads to lines of the ledger."
    )
    yield Facts(
        (
            ("Pass-through entity", AUTHOR),
            ("Through", figures["through"]),
            ("Programs", len(programs)),
            ("Subawards", len(subawards)),
            ("Spent by subrecipients ($)", sum((line["spent"] for line in subawards), Decimal("0.00"))),
        )
    )
    yield Heading("Programs", 2)
    yield FigureTable(
        "Funding and spending by program, in dollars",
        (
            Column("Program", weight=3),
            Column("Assistance Listing"),
            Column("Funded", "dollars"),
            Column("Obligated", "dollars"),
            Column("Spent", "dollars"),
            Column("Spent of obligated", "share"),
        ),
        [
            (p["name"], p["aln"], p["funded"], p["obligated"], p["spent"], p["spent"] / p["obligated"])
            for p in programs
        ],
        (
            "All programs",
            None,
            *(sum((p[key] for p in programs), Decimal("0.00")) for key in ("funded", "obligated", "spent")),
            None,
        ),
    )
    yield BarChart(
        "Where each program stands",
        "Horizontal bars of eight programs. Spending is the largest part of the Coronavirus Relief Fund; "
        "in most others more is obligated than spent.",
        ("Spent", "Obligated, not spent", "Allocated, not obligated", "Not allocated"),
        [
            (p["name"], (p["spent"], p["obligated"] - p["spent"], p["allocated"] - p["obligated"],
                         p["funded"] - p["allocated"]))
            for p in programs
        ],
    )  # fmt: skip
    yield LineChart(
        "What is left, by month",
        "Two lines: what was left falls evenly from January to April 2022, and the forecast goes on to June.",
        ("Left", "Forecast"),
        [(date(2022, month, 28), (Decimal(1000 - 100 * month), None)) for month in range(1, 5)]
        + [(date(2022, 4, 28), (None, Decimal(600))), (date(2022, 6, 30), (None, Decimal(400)))],
        marks=[(date(2022, 6, 30), "Last day to spend")],
    )
    yield Map(
        "Households to get service, by county",
        "A map of the counties of Ohio: 7,208 households in Gallia, none in Lake, nothing known of the rest.",
        "counties-39",
        [("39053", "Gallia", 7208), ("39085", "Lake", 0)],
        "Households",
    )
    yield Heading("Subrecipients", 2)
    yield LedgerTable(
        "Subawards by subrecipient",
        (
            Column("Subaward"),
            Column("Subrecipient", weight=2),
            Column("Program", weight=2),
            Column("From", "date"),
            Column("Payments", "count"),
            Column("Obligated ($)", "dollars"),
            Column("Spent ($)", "dollars"),
        ),
        subaward_rows(figures),
        ("Total", None, None, None, sum(s["payments"] for s in subawards),
         sum((s["obligated"] for s in subawards), Decimal("0.00")),
         sum((s["spent"] for s in subawards), Decimal("0.00"))),
    )  # fmt: skip
    yield Heading("Findings", 2)
    yield FindingList("Findings of subawards", [a_found(line) for line in subawards[::3]])
    yield Heading("Signatures", 2)
    yield SignatureBlock((Signer(AUTHOR, "Ada Award", "Director"), Signer("Canal County")))
    yield Notes(
        (
            "Amounts are those posted to the ledger of the state, on the cash basis of the filings.",
            "A negative amount is a refund or a reversal that exceeds the spending of the period.",
            "Source: 2 CFR 200.302(b), 2 CFR 200.332(b)(1).",
        )
    )


def a_found(line: dict[str, Any], **given: Any) -> Found:
    """A finding on a subaward, with a corrective action and a waiver."""
    told = {
        "rule": "Cost incurred outside the budget period",
        "sentence": "Incurred on June 30, 2022; the subaward begins later.",
        "where": line["number"],
        "cites": "2 CFR 200.403(h)",
        "severity": "Not allowed",
        "since": date(2022, 7, 1),
        "status": "Open",
        "fix": "Take the cost out, or amend the period.",
        "facts": (("Questioned cost ($)", Decimal("1250.50")),),
        "corrections": (Correction("Take it out", "The treasurer", date(2022, 9, 30), "Open"),),
        "waivers": (Waived("Flood", None, "Asked for"),),
    }
    return Found(**(told | given))


def subaward_rows(figures: dict[str, Any]) -> Iterator[Row | tuple]:
    """Rows of the subawards, with a section's name before the first and a subtotal after the tenth."""
    yield Row(("Counties, districts and townships",), "section")
    for n, line in enumerate(figures["subawards"]):
        yield Row(
            (line["number"], line["name"], line["program"], line["starts_on"], line["payments"],
             line["obligated"], line["spent"]),
            level=1,
        )  # fmt: skip
        if n == 9:
            first = figures["subawards"][:10]
            yield Row(
                ("First ten", None, None, None, sum(s["payments"] for s in first),
                 sum((s["obligated"] for s in first), Decimal("0.00")),
                 sum((s["spent"] for s in first), Decimal("0.00"))),
                "subtotal",
            )  # fmt: skip
