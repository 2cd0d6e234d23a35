"""Words and pieces that several reports share."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from grants.kernel.money import shown
from grants.monitoring.visits.models import FollowUp
from reporting.blocks import Block, Correction, Found, Heading, Value

NOT_RECORDED = "not recorded"
SAMPLE = "This is a sample. It is made up, and not real."


def known(value: Value) -> Value:
    """The value, or in words that nothing is recorded."""
    return NOT_RECORDED if value is None or value == "" else value


def day_of(moment: datetime | None) -> date | None:
    """The day of a moment, where the state is."""
    return timezone.localtime(moment).date() if moment else None


def beneath(blocks: Iterable[Block], levels: int = 1) -> Iterator[Block]:
    """The blocks of another report as a part of this one: their headings go so many levels down."""
    for block in blocks:
        yield replace(block, level=block.level + levels) if isinstance(block, Heading) else block


def follow_up_of(follow_up: FollowUp) -> dict[str, Any]:
    """Something to be put right, as figures."""
    return {
        "subaward": str(follow_up.subaward or ""),
        "condition": follow_up.condition,
        "criteria": follow_up.criteria,
        "cause": follow_up.cause,
        "questioned_cost": follow_up.questioned_cost,
        "plan": follow_up.plan,
        "owner": follow_up.owner,
        "due_on": follow_up.due_on,
        "status": follow_up.get_stage_display(),
        "done_on": follow_up.done_on,
        "evidence": follow_up.evidence,
    }


def follow_ups_found(figures: Iterable[Mapping[str, Any]]) -> tuple[Found, ...]:
    """What is to be put right, numbered, each with its cause and what must be done."""
    return tuple(
        Found(
            rule=f"Finding {number}",
            sentence=each["condition"],
            where=each["subaward"] or "Subrecipient",
            cites=each["criteria"] or f"By which rule: {NOT_RECORDED}",
            status=each["status"],
            facts=(
                ("Cause", each["cause"] or NOT_RECORDED),
                ("Questioned cost", shown(each["questioned_cost"])),
                *((("Done on", each["done_on"]),) if each["done_on"] else ()),
            ),
            corrections=(
                Correction(each["plan"], each["owner"], each["due_on"], each["status"], each["evidence"]),
            ),
        )
        for number, each in enumerate(figures, 1)
    )
