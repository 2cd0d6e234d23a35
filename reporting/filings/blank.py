"""The workbook to fill in for a subaward and period, with what the books know already; and one given back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Sum

from grants.kernel.money import ZERO
from grants.ledger.models import Entry, Kind
from reporting.filings.models import Filing, ReportingPeriod
from reporting.filings.reading import ENTERED
from reporting.layout import WORKBOOKS, Workbook
from reporting.problems import Found, Severity
from reporting.workbook import Prefill, ProjectBefore, draw_blank, read_workbook, with_comments

MOST_PAYEES = 500


def offered_for(period: ReportingPeriod) -> Sequence[Workbook]:
    """The workbooks to fill in for a period: the one asked for, in its newest version, and our own."""
    family = period.layout.partition("/")[0]
    versions = [workbook for workbook in WORKBOOKS.values() if workbook.family == family]
    asked = max(versions, key=lambda workbook: workbook.version, default=WORKBOOKS[ENTERED])
    return (asked,) if asked.code == ENTERED else (asked, WORKBOOKS[ENTERED])


def blank_for(subaward: Any, period: ReportingPeriod, layout: str = "") -> bytes:
    """The workbook as XLSX, with projects, categories, payees, and what was reported before.

    It is the one that the period asks for unless another ``layout`` is named.
    """
    return draw_blank(
        layout or offered_for(period)[0].code,
        Prefill(
            subaward=subaward.number,
            subrecipient=subaward.subrecipient.name,
            period_starts_on=period.starts_on,
            period_ends_on=period.ends_on,
            projects=tuple(_projects(subaward, period)),
            categories=tuple(categories_of(subaward)),
            payees=tuple(payees_of(subaward)),
        ),
    )


def categories_of(subaward: Any) -> Sequence[str]:
    """The categories of the budget in force."""
    lines = list(subaward.budget_lines.order_by("-version", "category").values_list("version", "category"))
    return list(dict.fromkeys(category for version, category in lines if version == lines[0][0]))


def projects_of(subaward: Any) -> Sequence[str]:
    """The projects of a subaward, by the number that its party knows them by."""
    rows = subaward.projects.order_by("code").values_list("number", "code")
    return [number or code for number, code in rows]


def payees_of(subaward: Any) -> Sequence[str]:
    """Who was paid out of a subaward before, by name; the last ones when there are very many."""
    lines = Entry.objects.filter(subaward=subaward, kind=Kind.EXPENDITURE).exclude(payee="")
    return sorted(lines.values_list("payee", flat=True).distinct().order_by("payee")[:MOST_PAYEES])


def _projects(subaward: Any, period: ReportingPeriod) -> list[ProjectBefore]:
    """Each project with what was reported of it for other periods up to the end of this one."""
    lines = Entry.objects.filter(subaward=subaward, kind=Kind.EXPENDITURE, incurred_on__lte=period.ends_on)
    rows = lines.exclude(period=period.code).values_list("project").annotate(Sum("amount")).order_by()
    before = dict(rows)
    return [
        ProjectBefore(
            project.number or project.code,
            project.name,
            project.adopted_budget,
            before.get(project.pk, ZERO),
        )
        for project in subaward.projects.order_by("code")
    ]


def given_back(filing: Filing) -> bytes:
    """The file of a filing with everything that was found in it as comments in its cells."""
    content = bytes(filing.kept.content)
    reading = read_workbook(content, filing.name)
    problems = (Found(**(told | {"severity": Severity(told["severity"])})) for told in filing.problems)
    return with_comments(content, replace(reading, problems=tuple(problems)))
