"""The page of an order: how far the worker is, and the document once it is there."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from reporting.ordering.models import ReportOrder
from reporting.ordering.queries import progress_on
from reporting.report import REPORTS


@login_required
def order(request: HttpRequest, key: int) -> HttpResponse:
    """An order, if the person may see it."""
    visible = ReportOrder.objects.visible_to(request.user).select_related("document", "ordered_by")
    found = get_object_or_404(visible, pk=key)
    given = {"order": found, "progress": progress_on(found), "title": REPORTS[found.report].title}
    return render(request, "orders/order.html", given)
