"""The forecast of subawards as reports tell it: how the money of each will stand on its last day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from grants.kernel.money import ZERO, total
from grants.subawards.models import Subaward
from grants.subawards.outlook import Forecast, outlooks
from reporting.blocks import Block, Column, Facts, LedgerTable, Prose


def forecasts_of(subawards: Sequence[Subaward], through: date, as_known_at: datetime) -> list[dict[str, Any]]:
    """How each issued subaward will stand on its last day."""
    return [
        {
            "number": each.subaward.number,
            "subrecipient": each.subaward.subrecipient.name,
            **forecast_figures(each),
        }
        for each in outlooks(subawards, today=through, through=through, as_known_at=as_known_at)
    ]


def forecast_figures(forecast: Forecast) -> dict[str, Any]:
    """A forecast as figures; what will be left is None without a last day."""
    return {
        "last_on": forecast.last_on,
        "obligated": forecast.obligated,
        "spent": forecast.spent,
        "a_month": forecast.a_month,
        "short": forecast.short if forecast.last_on else None,
        "says": str(forecast),
    }


def forecast_blocks(rows: list[dict[str, Any]]) -> Iterator[Block]:
    """Of one subaward a sentence and facts, of several a table."""
    if not rows:
        yield Prose("No subaward is issued and open.")
    elif len(rows) == 1:
        (only,) = rows
        yield Prose(only["says"])
        yield Facts(
            (
                ("Last day to spend", only["last_on"] or "not recorded"),
                ("Obligated ($)", only["obligated"]),
                ("Spent ($)", only["spent"]),
                ("Spent a month, lately ($)", only["a_month"]),
                ("Left on the last day ($)", "not known" if only["short"] is None else only["short"]),
            )
        )
    else:
        yield _table(rows)


def _table(rows: list[dict[str, Any]]) -> LedgerTable:
    kept = ("last_on", "obligated", "spent", "a_month", "short")
    headings = ("Obligated", "Spent", "A month", "Left then")
    columns = (Column("Subaward", weight=2), Column("Last day", "date"))
    sums_of = [total(row[name] or ZERO for row in rows) for name in kept[1:]]
    return LedgerTable(
        "Forecast by subaward, in dollars",
        (*columns, *(Column(heading, "dollars") for heading in headings)),
        [(f"{row['number']} {row['subrecipient']}".strip(), *(row[name] for name in kept)) for row in rows],
        ("Total", None, *sums_of),
    )
