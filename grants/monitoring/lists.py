"""Lists of the desk with what is still to be done above them."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from grants.desk.base import Desk
from grants.desk.told import Table, Told

MOST_SHOWN = 50


class ListAfterWork(Desk):
    """A list of records, under a table of what the person has still to do about them."""

    list_before_template = "admin/desk/before_list.html"

    def to_do(self, request: HttpRequest) -> Table | None:
        """What is still to be done, by whoever asks."""
        return None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, under what is to be done."""
        table = self.to_do(request)
        before = Told(tables=(table,) if table else ())
        return super().changelist_view(request, {**(extra_context or {}), "before": before})


def first_of(
    caption: str, columns: Sequence[str], found: Any, row: Callable[[Any], Sequence[Any]]
) -> Table | None:
    """A table of the first of what was found, its caption telling how many there are; None without any.

    ``found`` is a list or a query, of which no more rows are read than shown.
    """
    number = found.count() if isinstance(found, QuerySet) else len(found)
    if not number:
        return None
    more = f", the first {MOST_SHOWN} shown" if number > MOST_SHOWN else ""
    return Table(f"{caption}: {number:,}{more}", columns, [row(each) for each in found[:MOST_SHOWN]])
