"""The desk's pages of a period: how it stands, what today's rules say of it, its files, money by quarter."""

from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from grants.ledger.models import Kind
from grants.programs.models import Program
from reporting.blocks import Block
from reporting.filings.bundle import zip_of
from reporting.filings.dashboard import board_of, revalidated
from reporting.filings.models import ReportingPeriod
from reporting.filings.quarters import by_quarter
from reporting.filings.queries import tally_of
from reporting.lettering import said
from reporting.sheets import draw_csv, draw_xlsx

MOST_ROWS = 300
"""Rows of a table that a page shows; its files hold all of them."""

KINDS = (Kind.EXPENDITURE, Kind.OBLIGATION, Kind.PAYMENT, Kind.COST_SHARE, Kind.PROGRAM_INCOME)


class PeriodPages(admin.ModelAdmin):
    """What the list of periods has beside a page for each: boards, and views over all of a program's."""

    def get_urls(self) -> list[URLPattern]:
        """The addresses of these pages, before the admin's own."""
        wrap = self.admin_site.admin_view
        name = "reporting_reportingperiod"
        return [
            path("<int:key>/board/", wrap(require_GET(self.board)), name=f"{name}_board"),
            path("<int:key>/revalidate/", wrap(require_POST(self.revalidate)), name=f"{name}_revalidate"),
            path("<int:key>/filings.zip", wrap(require_GET(self.archive)), name=f"{name}_archive"),
            path("quarters/<int:key>/", wrap(require_GET(self.quarters)), name=f"{name}_quarters"),
            *super().get_urls(),
        ]

    def headline_of(self, request: HttpRequest, record: Any) -> list[tuple[str, Any]]:
        """The counts of a period, of what the person may see."""
        tally = tally_of(record, on=timezone.localdate(), person=request.user)
        return [
            ("subawards that report", f"{tally.reporting:,}"),
            ("signed", f"{tally.filed:,}"),
            ("overdue", f"{tally.overdue:,}"),
            ("to accept", f"{tally.to_accept:,}"),
            ("posted", f"{tally.posted:,}"),
        ]

    def board(self, request: HttpRequest, key: int) -> HttpResponse:
        """How a period stands: the counts, and only the rows that are not right."""
        period = self._period(request, key)
        board = board_of(period, on=timezone.localdate(), person=request.user)
        given = {"board": board, "shown": board.rows[:MOST_ROWS]}
        return self._shown(request, "board", title=f"{period}: how it stands", **given)

    def revalidate(self, request: HttpRequest, key: int) -> HttpResponse:
        """What today's rules say of the period's filings, which they leave as they are."""
        period = self._period(request, key)
        after = request.POST.get("after", "")
        beyond = int(after) if after.isdecimal() and len(after) < 19 else 0
        given = {"period": period, "outcome": revalidated(period, person=request.user, after=beyond)}
        return self._shown(request, "revalidated", title=f"{period}: judged by today's rules", **given)

    def archive(self, request: HttpRequest, key: int) -> FileResponse:
        """The files of a period as a zip, with an index."""
        period, file = self._period(request, key), TemporaryFile()  # noqa: SIM115  (closed by the response)
        zip_of(period, file, person=request.user)
        file.seek(0)
        name = f"filings-{period.program.code}-{period.code}.zip"
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")

    def quarters(self, request: HttpRequest, key: int) -> HttpResponse:
        """The money of a program by project, subaward and quarter, as a page or ``?as=`` csv or xlsx."""
        program = Program.objects.visible_to(request.user).filter(pk=key).first()
        if program is None:
            raise Http404
        kind = _chosen(request.GET.get("kind"))
        has_projects = request.GET.get("rows") != "subaward"
        tables = by_quarter(program, person=request.user, kind=kind, has_projects=has_projects)
        title = f"{program}: {kind.label.lower()} by quarter"
        draw = _FILES.get(request.GET.get("as", ""))
        if draw:
            return draw(tables, title)
        return self._shown(
            request,
            "quarters",
            title=title,
            program=program,
            kind=kind,
            kinds=KINDS,
            has_projects=has_projects,
            tables=[(table, table.rows[:MOST_ROWS]) for table in tables],
        )

    def _period(self, request: HttpRequest, key: int) -> ReportingPeriod:
        """The period, if the person may see it. Raises Http404."""
        period = self.get_queryset(request).select_related("program").filter(pk=key).first()
        if period is None:
            raise Http404
        return period

    def _shown(self, request: HttpRequest, template: str, **given: Any) -> TemplateResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **given}
        return TemplateResponse(request, f"admin/desk/{template}.html", context)


def _chosen(kind: str | None) -> Kind:
    """The kind of line that was asked for; expenditures unless another one is known by that name."""
    return next((known for known in KINDS if known == kind), Kind.EXPENDITURE)


def _csv(blocks: list[Block], title: str) -> HttpResponse:
    return _file(draw_csv(blocks), f"{slugify(title)}.csv", "text/csv; charset=utf-8")


def _xlsx(blocks: list[Block], title: str) -> HttpResponse:
    now = timezone.localtime()
    content = draw_xlsx(blocks, title=title, running=(f"As posted until {said(now)}",), issued_at=now)
    return _file(
        content, f"{slugify(title)}.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


_FILES: dict[str, Callable[[Any, str], HttpResponse]] = {"csv": _csv, "xlsx": _xlsx}
