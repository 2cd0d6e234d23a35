"""Dollars and counts in templates."""

from decimal import Decimal

from django import template

from grants.kernel.money import shown

register = template.Library()
LONG = 60


@register.filter
def dollars(amount: Decimal) -> str:
    """An amount as people read it: ``$1,234.50``."""
    return shown(amount)


@register.filter
def counted(number: int) -> str:
    """A whole number as people read it: ``1,234``."""
    return f"{number:,}"


@register.filter
def is_amount(cell: object) -> bool:
    """Whether a cell of a table holds dollars."""
    return isinstance(cell, Decimal)


@register.filter
def is_long(value: object) -> bool:
    """Whether a fact is a sentence, which is read from the left, and not a figure or a name."""
    return isinstance(value, str) and len(value) > LONG
