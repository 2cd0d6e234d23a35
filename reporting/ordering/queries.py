"""What schedules are due for, and how an order stands."""

from collections.abc import Iterator
from datetime import date, timedelta

from grants.kernel.jobs import Progress, progress_of
from grants.kernel.periods import month_start, quarter
from reporting.ordering.models import Each, ReportOrder, ReportSchedule


def last_end(each: str, on: date) -> date:
    """The last day of the last week, month or quarter that was over before ``on``."""
    if each == Each.WEEK:
        return on - timedelta(days=on.isoweekday())
    begun = month_start(on) if each == Each.MONTH else quarter(on).starts_on
    return begun - timedelta(days=1)


def due_on(day: date) -> Iterator[tuple[ReportSchedule, date]]:
    """The schedules that have something to issue on a day, each with the day through which."""
    for schedule in ReportSchedule.objects.filter(stopped_at=None).order_by("pk"):
        through = last_end(schedule.each, day)
        is_new = through >= schedule.set_up_on
        if is_new and not schedule.orders.filter(through=through).exists():
            yield schedule, through


def progress_on(order: ReportOrder) -> Progress:
    """How far the worker is with an order."""
    if order.document_id:
        return Progress(is_over=True, is_begun=True)
    found = progress_of(order.job, by=order.ordered_by) if order.job else None
    return found or Progress(is_over=True, is_begun=False, no="The job is not known any more; order again.")
