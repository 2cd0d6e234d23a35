"""How the compliance report is laid out: a summary, then each program or subaward."""

from collections.abc import Iterator, Sequence
from typing import Any

from grants.compliance.models import Severity, Stage
from grants.kernel.money import shown, total
from grants.kernel.periods import long_date
from reporting.blocks import (
    Block,
    Column,
    Correction,
    Facts,
    FigureTable,
    FindingList,
    Found,
    Heading,
    LedgerTable,
    Notes,
    Prose,
    Waived,
)

_NOTES = (
    "Findings, corrective actions, waivers and answers stand as they were when this was issued.",
    "Dollars count through the day and as known at the moment above.",
    "A rule is listed as judged when the last examination read the books by it.",
    "What no rule judges, and no person was asked, is not examined here.",
    "At the pace of the last six whole months means that what was spent in them goes on evenly.",
)
_STAGES = {
    Stage.OPEN: "Open findings",
    Stage.ACKNOWLEDGED: "Acknowledged findings",
    Stage.WAIVED: "Waived findings",
    Stage.CORRECTED: "Corrected findings",
}


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """A summary of what is real, apart from it the samples, then each part by itself, then notes."""
    parts = figures["parts"]
    yield Heading(figures.get("title", "Compliance"))
    yield Facts((("Money incurred through", figures["through"]), ("As known at", figures["as_known_at"])))
    for title, is_sample in (("Summary", False), ("Samples: made up, not real", True)):
        chosen = [part for part in parts if part["is_sample"] is is_sample]
        if chosen:
            yield Heading(title, 2)
            yield _summary(title, chosen)
    for part in parts:
        yield from part_blocks(part)
    yield Notes(_NOTES)


def _summary(title: str, parts: list[dict[str, Any]]) -> FigureTable:
    rows = [(part["name"], *_counts(part["findings"])) for part in parts]
    return FigureTable(
        f"{title}: number of findings",
        (
            Column("Of", weight=2),
            *(Column(stage.label, "count") for stage in _STAGES),
            Column("Not allowed, not solved", "count"),
        ),
        rows,
        ("Total", *(sum(row[n] for row in rows) for n in range(1, len(_STAGES) + 2))),
    )


def _counts(findings: Sequence[dict[str, Any]]) -> list[int]:
    """How many findings are at each stage, and how many that block are still to be worked off."""
    grave = [
        each
        for each in findings
        if each["severity"] == Severity.BLOCK and each["stage"] in (Stage.OPEN, Stage.ACKNOWLEDGED)
    ]
    return [*(sum(each["stage"] == stage for each in findings) for stage in _STAGES), len(grave)]


def part_blocks(part: dict[str, Any]) -> Iterator[Block]:
    """All that is said of one program, subaward or subrecipient."""
    yield Heading(part["name"], 2)
    if part["is_sample"]:
        yield Prose("This is a sample. It is made up, and not real.")
    yield Facts((("Agency", part["agency"]),))
    yield from by_stage(part["findings"], 3)
    yield from _undone(part["findings"])
    yield from _examination(part["examination"])
    yield from _questions(part["questions"])
    yield from _outlook(part["outlook"])


def of_itself(name: str, findings: list[dict[str, Any]]) -> Iterator[Block]:
    """What was found of a subrecipient and is about none of its subawards."""
    yield Heading(f"Of {name} itself", 2)
    yield from by_stage(findings, 3)


def by_stage(findings: list[dict[str, Any]], level: int) -> Iterator[Block]:
    """The findings at each stage under its name."""
    if not findings:
        yield Prose("No finding is on record.")
    for stage, title in _STAGES.items():
        chosen = [each for each in findings if each["stage"] == stage]
        if chosen:
            yield Heading(f"{title}: {len(chosen):,}", level)
            yield FindingList(title, tuple(found_of(each) for each in chosen))


def found_of(each: dict[str, Any]) -> Found:
    """A finding as the kit draws it."""
    is_corrected = each["stage"] == Stage.CORRECTED
    said = f"{each['acknowledgement']} ({each['acknowledged_by']})" if each["acknowledgement"] else ""
    return Found(
        rule=each["title"],
        sentence=each["sentence"],
        where=each["where"],
        cites=each["cites"],
        severity=Severity(each["severity"]).label,
        since=each["corrected_on" if is_corrected else "since"],
        status=Stage(each["stage"]).label,
        fix=each["fix"],
        facts=(("Acknowledged", said),) if said else (),
        corrections=tuple(Correction(**plan) for plan in each["corrections"]),
        waivers=tuple(Waived(**waiver) for waiver in each["waivers"]),
    )


def _undone(findings: list[dict[str, Any]]) -> Iterator[Block]:
    """How many of the findings somebody does something about."""
    if findings:
        planned = sum(len(each["corrections"]) for each in findings)
        waivers = sum(len(each["waivers"]) for each in findings)
        yield Prose(
            f"Corrective actions planned: {planned:,}. Waivers asked for: {waivers:,}. Each stands with its "
            "finding (2 CFR 200.332(e)(2), 200.511(c))."
        )


def _examination(found: dict[str, Any] | None) -> Iterator[Block]:
    yield Heading("What was examined", 3)
    if found is None:
        yield Prose("These books were never examined. That nothing was found says nothing.")
        return
    yield Facts(
        (
            ("Last examination", found["examined_at"]),
            ("Books as of", found["as_of"]),
            ("Over", found["over"]),
            ("By", found["by"]),
            ("Rules judged", f"{len(found['rules']):,}"),
            ("Rules that could not be judged", f"{len(found['not_examined']):,}"),
        )
    )
    if found["not_examined"]:
        yield LedgerTable(
            "Not examined, and why",
            (Column("Rule", weight=2), Column("By which law"), Column("Why", weight=2)),
            found["not_examined"],
        )
    yield LedgerTable(
        "Rules judged",
        (Column("Rule", weight=2), Column("By which law"), Column("Not solved", "count")),
        found["rules"],
        ("Total", None, sum(count for _, _, count in found["rules"])),
    )


def _questions(questions: list[dict[str, Any]]) -> Iterator[Block]:
    yield Heading("What only a person can say", 3)
    if not questions:
        yield Prose("Nothing is asked.")
    answered = [each for each in questions if each["answer"]]
    silent = [each for each in questions if not each["answer"]]
    if answered:
        yield LedgerTable(
            f"Answered: {len(answered):,} of {len(questions):,}",
            (Column("Question", weight=2), Column("Answer"), Column("By"), Column("On", "date")),
            [
                (each["words"], ": ".join(filter(None, (each["answer"], each["explanation"]))), each["by"],
                 each["on"])
                for each in answered
            ],
        )  # fmt: skip
    if silent:
        yield LedgerTable(
            f"Not answered: {len(silent):,} of {len(questions):,}",
            (Column("Question", weight=2), Column("Of whom"), Column("By which law")),
            [(each["words"], each["of"], each["cites"]) for each in silent],
        )


def _outlook(outlook: list[dict[str, Any]]) -> Iterator[Block]:
    yield Heading("Who will not have spent the money on the last day", 3)
    if not outlook:
        yield Prose("Nobody, at the pace of the last six whole months, among subawards with a last day.")
        return
    yield Prose(
        f"{len(outlook):,} with {shown(total(each['short'] for each in outlook))} at stake; the most by "
        f"{outlook[0]['subrecipient']}, whose last day is {long_date(outlook[0]['last_on'])}."
    )
    columns = (
        Column("Subaward"), Column("Subrecipient", weight=2), Column("Last day", "date"),
        Column("Obligated", "dollars"), Column("Spent", "dollars"), Column("Left then", "dollars"),
    )  # fmt: skip
    kept = ("number", "subrecipient", "last_on", "obligated", "spent", "short")
    yield LedgerTable(
        "Money that will be left, in dollars",
        columns,
        [tuple(each[name] for name in kept) for each in outlook],
        ("Total", None, None, *(total(each[name] for each in outlook) for name in kept[3:])),
    )
