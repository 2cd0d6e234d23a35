"""The pages on which people of local governments see their grants."""

import re
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.compliance.answering import Answers
from grants.compliance.attestation import attest_for_subaward, questions_about, side_of
from grants.compliance.queries import unsolved_of
from grants.compliance.requirement import Side
from grants.kernel.scope import may
from grants.parties.views import begins_at
from grants.subawards.elements import elements_of
from grants.subawards.models import Stage, Subaward
from reporting.portal.queries import (
    PAGE,
    allocations_of,
    budget_of,
    lines_of,
    parties_of,
    reports_for,
    reports_of,
    standing_of,
    subawards_from,
    subawards_to,
    unanswered,
)
from reporting.portal.watched import audits_of, checklist_of, conditions_on

MOST_DUE = 12
"""Reports listed on the page of a party or a subaward; the page of all reports has the rest."""
MOST_FINDINGS = 50


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Where a person begins: at her one party, at a choice of them, or at the desk if she has none."""
    begins = begins_at(request)
    if begins != request.path:
        return redirect(begins)
    parties = list(parties_of(request.user))
    if len(parties) == 1:
        return redirect("portal:party", parties[0].pk)
    return render(request, "portal/home.html", {"parties": parties})


@login_required
def party(request: HttpRequest, key: int) -> HttpResponse:
    """What a party was allocated and subawarded, and where each of it stands."""
    person: Any = request.user
    party = get_object_or_404(parties_of(person), pk=key)
    allocations = allocations_of(person, party)
    owed = reports_of(person, party, on=timezone.localdate())
    missing = [due for due in owed if not due.is_filed and due.subaward.stage == Stage.ISSUED]
    return render(
        request,
        "portal/party.html",
        {
            "party": party,
            "has_other_parties": parties_of(person).exclude(pk=party.pk).exists(),
            "allocations": allocations,
            "due": missing[:MOST_DUE],
            "more_due": max(0, len(missing) - MOST_DUE),
            "overdue": sum(due.is_overdue for due in missing),
            "has_reports": bool(owed),
            "audits": audits_of(person, party, on=timezone.localdate()),
            "received": subawards_to(person, party, after=request.GET.get("received_after", "")),
            "passed_on": subawards_from(person, party, after=request.GET.get("passed_on_after", "")),
        },
    )


@login_required
def reports(request: HttpRequest, key: int) -> HttpResponse:
    """Every report of a party, filed or not; the latest due day first."""
    person: Any = request.user
    party = get_object_or_404(parties_of(person), pk=key)
    owed = reports_of(person, party, on=timezone.localdate())
    page = Paginator(owed[::-1], PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/reports.html", {"party": party, "page": page})


@login_required
def subaward(request: HttpRequest, key: int) -> HttpResponse:
    """A subaward: its terms, its budget, where it stands, its newest lines."""
    found = _subaward(request, key)
    now = standing_of(found)
    owed = reports_for(request.user, found, on=timezone.localdate())
    return render(
        request,
        "portal/subaward.html",
        {
            "subaward": found,
            "now": now,
            "left": now.obligated - now.spent,
            "elements": elements_of(found),
            "budget": budget_of(found),
            "lines": lines_of(request.user, found),
            "due": owed[::-1][:MOST_DUE],
            "findings": unsolved_of(found, person=request.user)[:MOST_FINDINGS],
            "unanswered": unanswered(found),
            "conditions": conditions_on(request.user, found),
            **checklist_of(request.user, found, on=timezone.localdate()),
        },
    )


@login_required
def questions(request: HttpRequest, key: int) -> HttpResponse:
    """What the law asks the subrecipient about a subaward, and its answers so far."""
    found = _subaward(request, key)
    person: Any = request.user
    may_answer = may(person, "attest_for_subawards", found) and side_of(found, person) is Side.SUBRECIPIENT
    form = Answers(request.POST if request.method == "POST" else None)
    form.ask(questions_about(found, Side.SUBRECIPIENT, today=timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        attest_for_subaward(found, words=form.words(), by=person)
        messages.success(request, f"Your answers about {found.number} are on record. Thank you.")
        return redirect("portal:subaward", found.pk)
    given = {"subaward": found, "form": form, "may_answer": may_answer}
    return render(request, "portal/questions.html", given)


@login_required
def lines(request: HttpRequest, key: int) -> HttpResponse:
    """The lines of a subaward, page by page."""
    found = _subaward(request, key)
    page = lines_of(request.user, found, before=_place(request.GET.get("before", "")))
    return render(request, "portal/lines.html", {"subaward": found, "lines": page})


def _subaward(request: HttpRequest, key: int) -> Subaward:
    """The subaward, if the person may see it. Raises Http404 otherwise, whether or not it exists."""
    visible = Subaward.objects.visible_to(request.user).select_related(
        "program__agency", "subrecipient", "allocation__party", "awarding_official"
    )
    return get_object_or_404(visible, pk=key)


def _place(given: str) -> tuple[date, int] | None:
    """Where a page of lines begins, from the link of the page before; Http404 for anything else."""
    if not given:
        return None
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)\.(\d{1,18})", given, re.ASCII)
    try:
        return (date.fromisoformat(found[1]), int(found[2])) if found else _nowhere()
    except ValueError:
        return _nowhere()


def _nowhere() -> tuple[date, int]:
    raise Http404
