"""Money and counts by county, as reports tell them: on a map where the outlines of the counties are known."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from grants.kernel.money import shown
from reporting.blocks import Map
from reporting.maps import outlines, outlines_of


def county_map(
    title: str,
    what: str,
    values: Mapping[str, int | Decimal],
    *,
    kind: Literal["dollars", "count"] = "dollars",
    height: float = 360.0,
    has_table: bool = True,
) -> Map | None:
    """A map of values above or at zero by county FIPS code; None where it cannot be drawn."""
    name = outlines_of(values) if values and min(values.values()) >= 0 else None
    if name is None:
        return None
    names = outlines(name).names
    areas = sorted(((code, names[code], value) for code, value in values.items()), key=lambda area: area[1])
    most = max(areas, key=lambda area: (area[2], area[1]))
    number = shown(Decimal(most[2])) if kind == "dollars" else f"{most[2]:,}"
    alt = (
        f"A map of {len(names)} counties, of which {len(areas)} have a value: {what[0].lower()}{what[1:]}. "
        f"The most is {number} in {most[1]}."
    )
    return Map(title, alt, name, areas, what, kind=kind, height=height, has_table=has_table)
