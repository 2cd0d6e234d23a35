"""The kit of reports: figures are gathered, blocks are composed of them; drawing is elsewhere."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from grants.kernel.registry import Registry
from reporting.blocks import Block

About = Literal[
    "programs",
    "subaward",
    "agency",
    "subrecipient",
    "federal_award",
    "allocation_round",
    "amendment",
    "visit",
    "single_audit",
    "management_decision",
]


@dataclass(frozen=True)
class Report:
    """The definition of a report: its title, its ground in law, its figures and how they are laid out.

    ``about`` says what it can be gathered of: a list of programs, or one record of another kind. A report
    ``for_staff`` is never shown to the subrecipient it is about.
    """

    title: str
    cites: str
    gather: Callable[..., dict[str, Any]]
    compose: Callable[[dict[str, Any]], Iterator[Block]]
    about: tuple[About, ...] = ("programs",)
    for_staff: bool = False


REPORTS: Registry[Report] = Registry("report", "reporting.reports")


def frozen(figures: Mapping[str, Any]) -> str:
    """Figures as canonical JSON: the same figures give the same text, and ``thawed`` gives them back exactly.

    Decimals keep their decimals; dates, moments, whole numbers, text, flags and None stay what they are; a
    tuple comes back as a list. Refuses floats, and whatever else is no figure, with TypeError.
    """
    return json.dumps(_plain(figures), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def thawed(text: str) -> dict[str, Any]:
    """The figures that were ``frozen`` into this text."""
    return json.loads(text, object_hook=_figure)


_DECIMAL, _DATE, _MOMENT = "$decimal", "$date", "$moment"


def _plain(figure: Any) -> Any:
    """The figure in what JSON knows; a kind that it does not know is an object of one ``$`` key."""
    match figure:
        case None | bool() | int() | str():
            return figure
        case Decimal():
            return {_DECIMAL: str(figure)}
        case datetime():
            return {_MOMENT: figure.isoformat()}
        case date():
            return {_DATE: figure.isoformat()}
        case list() | tuple():
            return [_plain(part) for part in figure]
        case Mapping():
            return {_key(key): _plain(part) for key, part in figure.items()}
    raise TypeError(f"{figure!r} ({type(figure).__name__}) is no figure that can be kept exactly.")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{key!r} names a figure; only text can.")
    if key.startswith("$"):
        raise TypeError(f"“{key}” begins with $, which is kept for kinds of figures.")
    return key


def _figure(known: dict[str, Any]) -> Any:
    match known:
        case {"$decimal": text}:
            return Decimal(text)
        case {"$date": text}:
            return date.fromisoformat(text)
        case {"$moment": text}:
            return datetime.fromisoformat(text)
    return known
