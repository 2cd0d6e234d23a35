"""The page of a sample: how it was drawn, its lines and the evidence of each; and the same as a file."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from reporting.documents.models import MEDIA_TYPES, Format
from reporting.lettering import said
from reporting.sampling.models import Sample
from reporting.sampling.queries import blocks_of, drawn_again, facts_of, lines_of, with_filings
from reporting.sheets import draw_csv, draw_xlsx

PAGE = 50


@login_required
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """A sample; ``?again`` draws it once more and says whether the lines are the same."""
    found = _sample(request, number)
    page = Paginator(lines_of(found), PAGE).get_page(request.GET.get("page"))
    page.object_list = with_filings(page.object_list)
    again = drawn_again(found, person=request.user) if "again" in request.GET else None
    given = {
        "sample": found,
        "page": page,
        "facts": [(name, said(value)) for name, value in facts_of(found)],
        "again": again,
    }
    return render(request, "samples/sample.html", given)


@login_required
def file(request: HttpRequest, number: str, format: str) -> HttpResponse:
    """The lines of a sample with their evidence, as CSV or as a workbook."""
    found = _sample(request, number)
    if format == Format.CSV:
        content = draw_csv(blocks_of(found))
    elif format == Format.XLSX:
        content = draw_xlsx(
            blocks_of(found), title=f"Sample {found.number}", running=[], issued_at=found.drawn_at
        )
    else:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.{format}"'}
    return HttpResponse(content, MEDIA_TYPES[Format(format)], headers=headers)


def _sample(request: HttpRequest, number: str) -> Any:
    """The sample, if the person may see it. Raises Http404 otherwise, whether or not it exists."""
    visible = Sample.objects.visible_to(request.user).select_related("agency", "program", "subaward")
    return get_object_or_404(visible, number=number)
