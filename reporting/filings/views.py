"""The pages on which a local government files: upload or typing, problems, signature, receipt, history."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from grants.kernel.refusals import Refusal
from grants.kernel.scope import may
from grants.subawards.models import Subaward
from reporting.filings.actions import acknowledge_warnings, certify_filing, receive_filing
from reporting.filings.attestation import attestation_on
from reporting.filings.blank import blank_for, given_back, offered_for
from reporting.filings.differences import differences
from reporting.filings.forms import (
    ROWS_AT_FIRST,
    Asks,
    Certify,
    Entries,
    Upload,
    columns,
    given_so_far,
    is_typed,
    picks_of,
    rows_for,
    typed,
    typed_before,
)
from reporting.filings.models import Filing, ReportingPeriod
from reporting.filings.queries import history_of
from reporting.filings.receipt import receipt_pdf, totals_of
from reporting.problems import Severity

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200
"""Lines that differ, on one page."""

WORDS = {
    Severity.ERROR: "These must be corrected before anyone can certify.",
    Severity.WARNING: "Look at each of them; what is right as it is may stay.",
    Severity.NOTE: "Good to know; there is nothing to do.",
}


# A report that is due: a subaward and a period.


@login_required
def report(request: HttpRequest, key: int, code: str) -> HttpResponse:
    """What is due for a subaward and period, what was filed so far, and, by POST, the workbook to file."""
    subaward, period = _due(request, key, code)
    form = Upload(request.POST, request.FILES) if request.method == "POST" else Upload()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["workbook"]
        filing = form.attempt(
            receive_filing, subaward, period=period, name=file.name, content=file.read(), by=request.user
        )
        if filing:
            return redirect("filings:filing", filing.pk)
    return _report_page(request, "report", subaward, period, form=form)


@login_required
def enter(request: HttpRequest, key: int, code: str) -> HttpResponse:
    """The same lines typed in, for those who have a few of them."""
    subaward, period = _due(request, key, code)
    asks = Asks({})
    to_correct: list[dict[str, str]] = []
    if request.method != "POST":
        last = history_of(subaward, period).first()
        entries = rows_for(before := typed_before(last))
        to_correct = last.problems if last and before else []
    elif "more" in request.POST:
        entries = rows_for(given_so_far(Entries(request.POST)), more=ROWS_AT_FIRST)
    else:
        entries = Entries(request.POST)
        lines = typed(entries) if entries.is_valid() else []
        if not entries.is_valid():
            asks.add_error(
                None, "A cell holds too much text, or the page was not sent whole; nothing was kept."
            )
        elif not lines:
            asks.add_error(None, "Type at least one line.")
        elif filing := asks.attempt(receive_filing, subaward, period=period, entered=lines, by=request.user):
            return redirect("filings:filing", filing.pk)
    return _report_page(
        request,
        "enter",
        subaward,
        period,
        form=asks,
        entries=entries,
        columns=columns(),
        picks=picks_of(subaward),
        to_correct=to_correct,
    )


@login_required
def blank(request: HttpRequest, key: int, code: str) -> HttpResponse:
    """The workbook to fill in, with what is known already: the one asked for, or that named by ``?as=``."""
    subaward, period = _due(request, key, code)
    layout = request.GET.get("as", "")
    if layout and layout not in {workbook.code for workbook in offered_for(period)}:
        raise Http404
    return _file(blank_for(subaward, period, layout), f"{subaward.number}-{period.code}.xlsx", _XLSX)


def _report_page(
    request: HttpRequest, page: str, subaward: Subaward, period: ReportingPeriod, **more: Any
) -> HttpResponse:
    filings = history_of(subaward, period).defer("problems", "figures")
    return render(
        request,
        f"filings/{page}.html",
        {
            "subaward": subaward,
            "period": period,
            "filings": list(filings.select_related("prepared_by", "certified_by")),
            "may_file": may(request.user, "file_reports", subaward),
            "today": timezone.localdate(),
            "offered": offered_for(period),
            **more,
        },
    )


def _due(request: HttpRequest, key: int, code: str) -> tuple[Subaward, ReportingPeriod]:
    """A subaward that the person sees, and a period of its program. Raises Http404 otherwise."""
    visible = Subaward.objects.visible_to(request.user).select_related("program", "subrecipient")
    subaward = get_object_or_404(visible, pk=key)
    return subaward, get_object_or_404(ReportingPeriod, program=subaward.program_id, code=code)


# A filing.


@login_required
def filing(request: HttpRequest, key: int) -> HttpResponse:
    """A filing: how far it has come, everything that was found in it, and what to do next."""
    found = _filing(request, key)
    problems = [
        (severity, words, [problem for problem in found.problems if problem["severity"] == severity])
        for severity, words in WORDS.items()
    ]
    earlier = history_of(found.subaward, found.period).filter(pk__lt=found.pk)
    return render(
        request,
        "filings/filing.html",
        {
            "filing": found,
            "subaward": found.subaward,
            "period": found.period,
            "problems": [(severity, words, told) for severity, words, told in problems if told],
            "may_file": may(request.user, "file_reports", found),
            "may_certify": may(request.user, "certify_reports", found),
            "is_own": found.prepared_by_id == request.user.pk,
            "is_signed": found.certified_by_id is not None,
            "has_earlier": earlier.exists(),
            "is_few": is_typed(found),
        },
    )


@login_required
@require_POST
def acknowledge(request: HttpRequest, key: int) -> HttpResponse:
    """Say that the warnings were read."""
    found = _filing(request, key)
    try:
        acknowledge_warnings(found, by=request.user)
        messages.success(request, "The warnings are acknowledged. Another person of yours can certify now.")
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    return redirect("filings:filing", found.pk)


@login_required
def certify(request: HttpRequest, key: int) -> HttpResponse:
    """The text to sign under a checked filing and, by POST, the signature."""
    found = _filing(request, key)
    if not may(request.user, "certify_reports", found):
        raise PermissionDenied
    attestation = attestation_on(timezone.localdate())
    form = Certify(request.POST or None, initial={"version": attestation.version})
    signs = request.method == "POST" and form.is_valid()
    if signs and form.attempt(certify_filing, found, version=form.cleaned_data["version"], by=request.user):
        messages.success(request, f"Filing {found.number} is certified and handed in.")
        return redirect("filings:receipt", found.pk)
    return render(
        request,
        "filings/certify.html",
        {
            "filing": found,
            "subaward": found.subaward,
            "period": found.period,
            "attestation": attestation,
            "form": form,
            "totals": totals_of(found),
            "is_own": found.prepared_by_id == request.user.pk,
        },
    )


@login_required
def receipt(request: HttpRequest, key: int) -> HttpResponse:
    """What was handed in, by whom and when; only of a filing that is signed."""
    found = _signed(request, key)
    return render(
        request,
        "filings/receipt.html",
        {
            "filing": found,
            "subaward": found.subaward,
            "period": found.period,
            "totals": totals_of(found),
        },
    )


@login_required
def receipt_as_pdf(request: HttpRequest, key: int) -> HttpResponse:
    """The receipt to keep."""
    found = _signed(request, key)
    return _file(receipt_pdf(found), f"receipt-{found.number}.pdf", "application/pdf")


@login_required
def compare(request: HttpRequest, key: int) -> HttpResponse:
    """What differs from an earlier filing of the same subaward and period: the one before by default."""
    found = _filing(request, key)
    earlier = history_of(found.subaward, found.period).filter(pk__lt=found.pk)
    asked = request.GET.get("from", "")
    chosen = earlier.filter(pk=int(asked)) if asked.isascii() and asked.isdigit() else earlier
    before = chosen.first()
    if before is None:
        raise Http404
    comparison = differences(before, found)
    return render(
        request,
        "filings/compare.html",
        {
            "filing": found,
            "subaward": found.subaward,
            "period": found.period,
            "comparison": comparison,
            "lines": comparison.lines[:MOST_SHOWN],
            "left_out": max(0, len(comparison.lines) - MOST_SHOWN),
        },
    )


@login_required
def problems(request: HttpRequest, key: int) -> HttpResponse:
    """Everything that was found in a filing, as JSON."""
    found = _filing(request, key)
    return JsonResponse(
        {
            "filing": found.number,
            "stage": found.stage,
            "layout": found.layout.partition("/")[0],
            "version": found.layout.partition("/")[2],
            "figures": found.figures,
            "problems": found.problems,
        }
    )


@login_required
def original(request: HttpRequest, key: int) -> HttpResponse:
    """The file as it came, byte for byte."""
    found = _filing(request, key)
    return _file(bytes(found.kept.content), found.name, "application/octet-stream")


@login_required
def commented(request: HttpRequest, key: int) -> HttpResponse:
    """The same workbook, with everything that was found as comments in its cells."""
    found = _filing(request, key)
    stem, _, ending = found.name.rpartition(".")
    is_with_macros = ending.lower() == "xlsm"
    name = f"{stem or found.number}-with-comments.{'xlsm' if is_with_macros else 'xlsx'}"
    return _file(given_back(found), name, "application/octet-stream" if is_with_macros else _XLSX)


def _filing(request: HttpRequest, key: int) -> Filing:
    """The filing, if the person may see it. Raises Http404 otherwise, whether or not it exists."""
    visible = Filing.objects.visible_to(request.user).select_related(
        "subaward__program__agency",
        "subaward__subrecipient",
        "period__program",
        "prepared_by",
        "certified_by",
        "decided_by",
        "acknowledged_by",
    )
    return get_object_or_404(visible, pk=key)


def _signed(request: HttpRequest, key: int) -> Filing:
    """A filing with its signature. Raises Http404 where there is none."""
    found = _filing(request, key)
    if not hasattr(found, "certification"):
        raise Http404
    return found


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, under its name; never shown by the browser as a page of this site."""
    answer = HttpResponse(content, kind)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
