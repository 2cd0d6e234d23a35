"""The page of a package: what is in it, how far the worker is, and the file once it is there."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from reporting.packages.models import Package, Part, Stage
from reporting.packages.queries import progress_on
from reporting.report import REPORTS
from reporting.resuming import resumable


@login_required
def package(request: HttpRequest, number: str) -> HttpResponse:
    """A package, or how it is coming along."""
    found = _package(request, number)
    given = {
        "package": found,
        "progress": progress_on(found),
        "parts": [Part(part).label for part in found.parts],
        "reports": [REPORTS[code].title for code in found.reports],
    }
    return render(request, "packages/package.html", given)


@login_required
def content(request: HttpRequest, number: str) -> HttpResponseBase:
    """The file of a package, whole or from where a download broke off."""
    return file_of(request, _package(request, number))


def file_of(request: HttpRequest, package: Package) -> HttpResponseBase:
    """The file of a package that is ready. Raises Http404 for one that is not."""
    if package.stage != Stage.READY:
        raise Http404
    return resumable(
        request,
        default_storage.open(package.file),
        size=package.size or 0,
        name=f"{package.number}.zip",
        kind="application/zip",
        tag=package.sha256,
    )


def _package(request: HttpRequest, number: str) -> Any:
    """The package, if the person may see it. Raises Http404 otherwise, whether or not it exists."""
    return get_object_or_404(
        Package.objects.visible_to(request.user).select_related("asked_by"), number=number
    )
