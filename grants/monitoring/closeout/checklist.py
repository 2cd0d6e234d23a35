"""The checklist of closing a subaward, as data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Item:
    """One thing to do; ``due`` names its day, and ``families`` the programs it is for, all when empty."""

    code: str
    title: str
    cites: str
    due: str = ""
    theirs: bool = False
    families: tuple[str, ...] = ()


@cache
def version() -> str:
    """The version in force."""
    return str(_read()["version"])


def items_for(family: str) -> list[Item]:
    """What is done to close a subaward of a program's family, in order."""
    every = (Item(**{**given, "families": tuple(given.get("families", ()))}) for given in _read()["item"])
    return [item for item in every if not item.families or family in item.families]


@cache
def _read() -> dict:
    return tomllib.loads((Path(__file__).parent / "checklist.toml").read_text(encoding="utf-8"))
