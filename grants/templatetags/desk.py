"""Dollars and counts in templates."""

from decimal import Decimal

from django import template

from grants.kernel.money import shown

register = template.Library()


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
