"""How a file becomes a filing: the gates, what is wrong with it, and what it takes the place of."""

import hashlib
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg.types.json import Jsonb

from grants.kernel.periods import long_date
from grants.kernel.refusals import Refusal
from grants.subawards.models import Stage as SubawardStage
from grants.subawards.models import Subaward
from reporting.filings.models import OPEN, Filing, FilingContent, ReportingPeriod, Stage
from reporting.filings.reading import Judged, read
from reporting.gates import LARGEST_FILE
from reporting.problems import Severity


def received(subaward: Subaward, period: ReportingPeriod, content: bytes, name: str, *, by: Any) -> Filing:
    """A filing of these bytes, in the place of earlier drafts. Refuses as ``receive_filing`` says."""
    _refuse_unless_it_reports(subaward, period)
    _refuse_by_size(content)
    digest = hashlib.sha256(content).hexdigest()
    earlier = _filed_already(subaward, period, digest)
    judged = read(content, name, subaward=subaward, period=period)
    if earlier and (earlier.stage != Stage.DRAFT or earlier.problems == _as_kept(judged)):
        raise _same_again(earlier)
    take_the_place_of(subaward.filings.filter(period=period, stage__in=[Stage.DRAFT, Stage.CHECKED]))
    filing = _kept(subaward, period, name, content, digest, judged, by)
    if not (filing.errors or filing.warnings):
        filing.move_to(Stage.CHECKED)
        filing.save(update_fields=["stage"])
    return filing


def take_the_place_of(earlier: Any) -> None:
    """Set aside filings that never counted; one that somebody works on at this moment is left to her."""
    for filing in earlier.select_for_update(skip_locked=True, no_key=True):
        filing.move_to(Stage.REPLACED)
        filing.save(update_fields=["stage"])


def _refuse_unless_it_reports(subaward: Subaward, period: ReportingPeriod) -> None:
    if period.program_id != subaward.program_id:
        raise Refusal(f"{period} is not a period of the program of {subaward}.", code="wrong-program")
    if subaward.stage != SubawardStage.ISSUED:
        raise Refusal(
            f"{subaward} is {subaward.get_stage_display().lower()}; only an issued subaward reports.",
            code="wrong-stage",
        )
    if timezone.localdate() < period.starts_on:
        raise Refusal(f"{period} begins only on {long_date(period.starts_on)}.", code="not-begun")


def _refuse_by_size(content: bytes) -> None:
    if not content:
        raise Refusal("The file is empty.", code="empty-file")
    if len(content) > LARGEST_FILE:
        raise Refusal(
            f"The file has {len(content):,} bytes; {LARGEST_FILE:,} are the most that can be filed.",
            code="too-large",
        )


def _filed_already(subaward: Subaward, period: ReportingPeriod, digest: str) -> Filing | None:
    return subaward.filings.filter(period=period, sha256=digest, stage__in=OPEN).first()


def _same_again(earlier: Filing) -> Refusal:
    on = timezone.localtime(earlier.received_at)
    return Refusal(
        f"This very file was filed already, on {long_date(on.date())} as {earlier.number}, which is "
        f"{earlier.get_stage_display().lower()}; nothing was changed.",
        code="filed-already",
    )


def _as_kept(judged: Judged) -> list[dict[str, str]]:
    return [problem.as_dict() for problem in judged.problems]


def _kept(
    subaward: Subaward,
    period: ReportingPeriod,
    name: str,
    content: bytes,
    digest: str,
    judged: Judged,
    by: Any,
) -> Filing:
    filing = Filing.objects.create(
        period=period,
        subaward=subaward,
        name=name[-200:],
        size=len(content),
        sha256=digest,
        layout=judged.layout,
        figures=judged.figures,
        problems=_as_kept(judged),
        errors=judged.count(Severity.ERROR),
        warnings=judged.count(Severity.WARNING),
        line_count=len(judged.lines),
        spent=judged.spent,
        prepared_by=by,
    )
    _keep_content(filing, content, judged)
    return filing


def _keep_content(filing: Filing, content: bytes, judged: Judged) -> None:
    """Keep the bytes of a filing and its lines beside it; in binary, for as text bytes are twice as long."""
    columns = "filing_id, content, lines, told, rows"
    statement = f"COPY {FilingContent._meta.db_table} ({columns}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        copy.set_types(["int8", "bytea", "text", "jsonb", "text"])
        copy.write_row((filing.pk, content, judged.lines.as_kept(), Jsonb(judged.told), judged.rows))
