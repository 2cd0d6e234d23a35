"""Columns that lists and pages of the desk show money and stages in."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, reduce
from typing import Any

from django.contrib.admin import display
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from grants.kernel.money import shown

NOT_RECORDED = "not recorded"


def as_money(amount: Decimal | None) -> SafeString:
    """An amount as the desk shows it: ``$1,234.00``, right-aligned, digits of one width."""
    return format_html('<span class="money">{}</span>', NOT_RECORDED if amount is None else shown(amount))


@lru_cache
def money(path: str, label: str = "") -> Callable[[Any], SafeString]:
    """A column of dollars; ``path`` leads to the amount as in a query: ``standing__obligated``.

    Blank where the path ends early: the person may not see what it leads to.
    """
    to, _, name = path.rpartition("__")

    @display(description=label or path.rpartition("__")[2].replace("_", " "), ordering=path)
    def column(record: Any) -> SafeString:
        holder = reduce(lambda found, step: getattr(found, step, None), to.split("__") if to else (), record)
        return SafeString("–") if holder is None else as_money(getattr(holder, name, None))

    column.__name__ = f"money_{path}"
    return column


@lru_cache
def brief(path: str, label: str) -> Callable[[Any], Any]:
    """A column under a shorter heading than the field's own name."""

    @display(description=label, ordering=path, empty_value="–")
    def column(record: Any) -> Any:
        return reduce(lambda found, step: getattr(found, step, None), path.split("__"), record)

    column.__name__ = path
    return column


def is_money(field: models.Field) -> bool:
    """Whether a field of a record holds dollars."""
    return isinstance(field, models.DecimalField) and field.decimal_places == 2


@lru_cache
def marked(name: str, label: str = "") -> Callable[[Any], Any]:
    """A column of names, with the word “sample” beside records that are made up."""

    @display(description=label or name, ordering=name)
    def column(record: Any) -> Any:
        value = getattr(record, name)
        return format_html('{} <span class="mark">sample</span>', value) if record.is_sample else value

    column.__name__ = name
    return column


@display(description="how it came about")
def steps(record: Any) -> SafeString:
    """The steps of a share, one under the other, as the method said them."""
    items = [format_html("<li>{}</li>", step) for step in record.steps]
    return format_html('<ol class="steps">{}</ol>', SafeString("".join(items))) if items else SafeString("–")
