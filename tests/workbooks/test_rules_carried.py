"""Every rule of the reporters is carried by a check, or the one table says by which other, or why not."""

import tomllib
from pathlib import Path

from grants.kernel.roles import MAY
from reporting.workbook import WORKBOOKS

ROOT = Path(__file__).parents[2] / "reporting"
TABLE = tomllib.loads((ROOT / "workbooks" / "rules_carried.toml").read_text())
IDS = {
    f"{family}-{number:03}" for family, count in TABLE["families"].items() for number in range(1, count + 1)
}


def codes_of_layouts() -> set[str]:
    """The codes of all problems that a layout may tell."""
    found: set[str] = set()
    for workbook in WORKBOOKS.values():
        found |= {rule.code for rule in (*workbook.rules, *workbook.past_rules)} | {*workbook.codes.values()}
        columns = [column for sheet in workbook.sheets for column in sheet.columns]
        found |= {code for column in columns for code in column.rules.values()}
    return found


def test_every_rule_is_carried_once_or_has_a_reason() -> None:
    elsewhere, left = set(TABLE["elsewhere"]), set(TABLE["not_carried"])
    carried = codes_of_layouts() & IDS
    assert len(IDS) == 310
    assert carried | elsewhere | left == IDS
    assert not carried & elsewhere
    assert not (carried | elsewhere) & left


def test_no_layout_tells_a_rule_that_there_is_not() -> None:
    families = tuple(f"{family}-" for family in TABLE["families"])
    assert {code for code in codes_of_layouts() if code.startswith(families)} <= IDS


def test_what_carries_a_rule_instead_is_a_check_a_gate_or_a_permission() -> None:
    sources = "".join(path.read_text() for path in ROOT.rglob("*.py"))
    permissions = {need for needs in MAY.values() for need in needs}
    for row in TABLE["elsewhere"].values():
        assert row["by"] in codes_of_layouts() | permissions or f'"{row["by"]}"' in sources
        assert row["why"]


def test_every_rule_that_is_not_carried_says_why() -> None:
    assert all(len(why) >= len("As CRFP-002.") for why in TABLE["not_carried"].values())
