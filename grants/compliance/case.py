"""The cases of rules: small books, as data, with what a rule must find in them (``cases/<code>.toml``).

They are what a rule is tested by, and tell whoever reads the rule what is a breach and what is not.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One small book: ``name`` says what it shows, ``finds`` names the rows that break the rule.

    ``given`` has the rows that matter to it, by frame. ``says`` is the sentence of the first breach, where
    the case holds it.
    """

    name: str
    finds: tuple[str, ...]
    says: str | None
    given: dict[str, Any]

    @property
    def is_breach(self) -> bool:
        """Whether the rule finds anything."""
        return bool(self.finds)


@cache
def cases_of(code: str) -> tuple[Case, ...]:
    """The cases of a rule, decimals exact; none for a rule that asks a person or is of a state's own."""
    file = CASES / f"{code}.toml"
    if not file.exists():
        return ()
    tables = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)["case"]
    return tuple(_case(dict(table)) for table in tables)


def _case(given: dict[str, Any]) -> Case:
    return Case(given.pop("name"), tuple(given.pop("finds")), given.pop("says", None), given)
