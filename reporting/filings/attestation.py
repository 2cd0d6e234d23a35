"""The text that a certifying official signs, and its version."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Attestation:
    """A text to sign, from which day on it is the one, and where it comes from."""

    version: str
    starts_on: date
    source: str
    text: str


def _read() -> tuple[Attestation, ...]:
    with Path(__file__).with_name("attestations.toml").open("rb") as file:
        tables = tomllib.load(file)["attestation"]
    return tuple(Attestation(t["version"], t["from"], t["source"], t["text"]) for t in tables)


ATTESTATIONS = _read()


def attestation_on(day: date) -> Attestation:
    """The text that is signed on a day; the first one before any was in force."""
    begun = [text for text in ATTESTATIONS if text.starts_on <= day]
    return begun[-1] if begun else ATTESTATIONS[0]
