"""Pages of documents: their figures, the lines behind a figure, and the check that anyone may make."""

import hashlib
import re
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from reporting.documents.models import MEDIA_TYPES, Document, Format
from reporting.documents.pages import parts_of
from reporting.documents.queries import issued_as, lines_behind, standing_of, sum_of
from reporting.filings.models import Filing

PAGE = 50
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@login_required
def documents(request: HttpRequest) -> HttpResponse:
    """The documents that a person may read, the newest first."""
    visible = Document.objects.visible_to(request.user).defer("content", "figures")
    found = visible.select_related("withdrawal__replaced_by").order_by("-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "documents/list.html", {"page": page})


@login_required
def document(request: HttpRequest, number: str) -> HttpResponse:
    """A document: its figures, how it stands, and its file."""
    found = _document(request, number)
    given = {"document": found, "parts": list(parts_of(found)), "standing": standing_of(found)}
    return render(request, "documents/document.html", given)


@login_required
def file(request: HttpRequest, number: str) -> HttpResponse:
    """The bytes of a document, as they were issued."""
    found = _document(request, number)
    return _attached(found, bytes(found.content), found.number)


@login_required
def signed(request: HttpRequest, number: str) -> HttpResponse:
    """The same bytes with the state's signature after them."""
    found = get_object_or_404(
        Document.objects.visible_to(request.user).filter(signed__isnull=False), number=number
    )
    return _attached(found, bytes(found.signed.content), f"{found.number}-signed")


@login_required
def lines(request: HttpRequest, number: str) -> HttpResponse:
    """The lines behind a figure of a document, their sum, and the source cell of each."""
    found = _document(request, number)
    of = {name: request.GET.getlist(name) for name in request.GET}
    behind = lines_behind(found, request.user, of)
    after = request.GET.get("after", "")
    rest = behind.filter(pk__gt=int(after)) if after.isascii() and after.isdigit() else behind
    rows = list(
        rest.select_related("program", "subaward__subrecipient", "posting").order_by("pk")[: PAGE + 1]
    )
    more = request.GET.copy()
    if len(rows) > PAGE:
        more["after"] = str(rows[PAGE - 1].pk)
    filings = Filing.objects.visible_to(request.user).in_bulk(
        [row.posting_id for row in rows], field_name="posting_id"
    )
    shown = [(row, filings.get(row.posting_id)) for row in rows[:PAGE]]
    given = {
        "document": found,
        "rows": shown,
        "sum": sum_of(behind),
        "more": more.urlencode() if len(rows) > PAGE else "",
        "of": [(name, ", ".join(values)) for name, values in of.items() if name != "after"],
    }
    return render(request, "documents/lines.html", given)


class Check(forms.Form):
    """A file, or its hash."""

    file = forms.FileField(label="The file", required=False)
    sha256 = forms.CharField(label="Or its SHA-256", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """The hash of what was given."""
        given = self.cleaned_data
        file, written = given.get("file"), given.get("sha256", "").strip().lower()
        if file:
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            return {**given, "hash": digest.hexdigest()}
        if not _HASH.fullmatch(written):
            raise forms.ValidationError("Choose a file, or write its SHA-256: 64 digits from 0 to f.")
        return {**given, "hash": written}


def verify(request: HttpRequest) -> HttpResponse:
    """Whether a file was issued here and how it stands; for anyone who has the file or its hash."""
    form, found, standing = Check(), None, ""
    if request.method == "POST":
        form = Check(request.POST, request.FILES)
    elif request.GET.get("sha256"):
        form = Check({"sha256": request.GET["sha256"]})
    if form.is_bound and form.is_valid():
        found = issued_as(form.cleaned_data["hash"])
        standing = standing_of(found.document) if found.document else ""
    return render(request, "documents/verify.html", {"form": form, "found": found, "standing": standing})


def _document(request: HttpRequest, number: str) -> Any:
    """The document, if the person may see it. Raises Http404 otherwise, whether or not it exists."""
    visible = Document.objects.visible_to(request.user).select_related(
        "agency", "program", "subaward", "issued_by", "withdrawal__replaced_by", "withdrawal__withdrawn_by"
    )
    has_signature = {"has_signature": F("signed__sha256")}
    return get_object_or_404(visible.annotate(**has_signature), number=number)


def _attached(document: Document, content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{document.format}"'}
    return HttpResponse(content, MEDIA_TYPES[Format(document.format)], headers=headers)
