"""The pre-check asks for what a condition asks for, and never takes what it cannot read for zero."""

import pytest

from reporting.export import Edition, Field, Filled, Gathered, Origin, Template
from reporting.precheck import objections_to

SERVED = Template(
    "served",
    "1",
    "Locations served",
    header=(("All", "Slow", "Fast", "Why", "Plan"),),
    fields=(
        Field("All", "All locations", "number", "required", "all"),
        Field("Slow", "Slow ones", "number", "optional", "slow"),
        Field("Fast", "Fast ones", "number", "optional", "fast"),
        Field(
            "Why", "Why", "text", "conditional", "why", when=(("All", "is not the sum of", ("Slow", "Fast")),)
        ),
        Field("Plan", "Plan", "text", "conditional", "plan", when=(("All", "at least", ("100",)),)),
    ),
)


def refused(total: str, slow: str, fast: str) -> set[str]:
    """The labels of the fields to which there is an objection, for one row."""
    rows = Filled()
    rows.add(1, {"all": [total], "slow": [slow], "fast": [fast]}, Origin(records=("a record",)))
    found = objections_to(Edition("made up", "", {"served": SERVED}), Gathered({"served": rows}), "2022-Q2")
    return {label for label in ("All locations", "Slow ones", "Why", "Plan") for each in found
            if each.message.startswith(label)}  # fmt: skip


@pytest.mark.parametrize(
    ("total", "slow", "fast", "asks"),
    [
        ("5", "2", "3", set()),
        ("5", "5", "", set()),
        ("5", "2", "2", {"Why"}),
        ("100", "50", "50", {"Plan"}),
        ("99.99", "50", "49.99", set()),
        ("3", "many", "2", {"Slow ones"}),
        ("many", "1", "1", {"All locations"}),
    ],
)
def test_a_reason_is_asked_for_only_where_numbers_differ(
    total: str, slow: str, fast: str, asks: set[str]
) -> None:
    assert refused(total, slow, fast) == asks
