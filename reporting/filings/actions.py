"""Changes of periods and filings: opened, received, checked, certified, returned, accepted, posted."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.jobs import later
from grants.kernel.periods import long_date
from grants.kernel.refusals import Refusal
from grants.subawards.models import Subaward
from reporting.filings.attestation import attestation_on
from reporting.filings.models import Certification, Filing, ReportingPeriod, Stage
from reporting.filings.periods import SCHEDULES
from reporting.filings.posting import posted
from reporting.filings.queries import missing_periods
from reporting.filings.reading import as_file
from reporting.filings.receiving import received, take_the_place_of

AT_ONCE = 20_000
"""Lines that are posted while the officer waits, in about a second; more are posted by a worker."""


@action("period.open", needs="manage_programs")
def open_periods(program: Any, *, through: date, layout: str | None = None, by: Any) -> list[ReportingPeriod]:
    """Make the reporting periods of a program through a day, as its family reports; returns the new ones.

    ``layout`` is the workbook asked for: the family's own unless one is given, any that is known if it is
    blank. Refuses ``no-periods`` for a family that does not report to the state, ``not-funded`` before the
    program has money, and ``too-far`` for a day more than a year away.
    """
    if program.family not in SCHEDULES:
        family = program.get_family_display()
        raise Refusal(f"Recipients of {family} report to Treasury themselves.", code="no-periods")
    today = timezone.localdate()
    if through > today + timedelta(days=366):
        raise Refusal("Periods are made for at most a year ahead.", code="too-far")
    missing = missing_periods(program, through=through, today=today)
    for period in missing:
        period.layout = SCHEDULES[program.family].layout if layout is None else layout
        period.clean_fields(exclude=["program"])
    return ReportingPeriod.objects.bulk_create(missing)


@action("filing.receive", needs="file_reports")
def receive_filing(
    subaward: Subaward,
    *,
    period: ReportingPeriod,
    name: str = "",
    content: bytes = b"",
    entered: Sequence[Mapping[str, str]] = (),
    by: Any,
) -> Filing:
    """Keep a workbook, or lines ``entered`` on the site, as a filing, with everything that is wrong with it.

    Without any error and warning it is checked at once; else it is a draft. It takes the place of earlier
    drafts. Raises Unreadable for what is no workbook. Refuses ``wrong-program``, ``wrong-stage``,
    ``not-begun``, ``too-large``, ``empty-file``, ``wrong-layout``, ``filed-already``. Then nothing is kept.
    """
    if entered and not content:
        content, name = as_file(entered), name or f"{subaward}-{period.code}.csv"
    return received(subaward, period, content, name, by=by)


@action("filing.acknowledge", needs="file_reports")
def acknowledge_warnings(filing: Filing, *, by: Any) -> Filing:
    """Say that the warnings were read and the filing is right as it is: now it is checked.

    Refuses ``errors-remain``, and ``wrong-stage`` for what is no draft.
    """
    if filing.errors:
        raise Refusal(
            f"{filing} has {filing.errors:,} errors; correct them and file it again.", code="errors-remain"
        )
    filing.move_to(Stage.CHECKED)
    filing.acknowledged_by, filing.acknowledged_at = by, timezone.now()
    filing.save(update_fields=["stage", "acknowledged_by", "acknowledged_at"])
    return filing


@action("filing.certify", needs="certify_reports")
def certify_filing(filing: Filing, *, version: str, by: Any) -> Filing:
    """Sign a checked filing; ``version`` is that of the text that the person was shown (``attestation_on``).

    It takes the place of an earlier filing of the period that is signed and not accepted yet. Refuses
    ``same-person`` for who prepared it, ``period-not-over``, ``another-text`` and ``wrong-stage``.
    """
    if filing.prepared_by_id == by.pk:
        raise Refusal("Who prepared a filing cannot certify it.", code="same-person")
    today = timezone.localdate()
    if today <= filing.period.ends_on:
        raise Refusal(
            f"{filing.period} ends only on {long_date(filing.period.ends_on)}; sign after that.",
            code="period-not-over",
        )
    attestation = attestation_on(today)
    if version != attestation.version:
        raise Refusal("The text to sign has changed; read it again.", code="another-text")
    filing.move_to(Stage.CERTIFIED)
    earlier = Filing.objects.filter(subaward=filing.subaward_id, period=filing.period_id)
    take_the_place_of(earlier.filter(stage=Stage.CERTIFIED))
    filing.certified_by, filing.certified_at = by, timezone.now()
    filing.is_late = today > filing.period.due_on
    filing.save(update_fields=["stage", "certified_by", "certified_at", "is_late"])
    Certification.objects.create(
        filing=filing,
        certified_by=by,
        certified_at=filing.certified_at,
        version=attestation.version,
        text=attestation.text,
        sha256=filing.sha256,
    )
    return filing


@action("filing.return", needs="accept_reports")
def return_filing(filing: Filing, *, reason: str, by: Any) -> Filing:
    """Send a signed filing back, with the reasons; the subrecipient files again.

    Refuses ``no-reason``, and ``wrong-stage`` for one that is posted already: then a corrected one is filed.
    """
    if not reason.strip():
        raise Refusal("Say why it is returned.", code="no-reason")
    _refuse_who_had_a_hand_in_it(filing, by)
    filing.move_to(Stage.RETURNED)
    filing.decided_by, filing.decided_at, filing.reasons = by, timezone.now(), reason
    filing.save(update_fields=["stage", "decided_by", "decided_at", "reasons"])
    return filing


@action("filing.accept", needs="accept_reports")
def accept_filing(filing: Filing, *, by: Any) -> Filing:
    """Accept a signed filing and post its lines, whole or not at all.

    One of many lines is posted by a worker, and is accepted until then. A corrected filing reverses what the
    earlier one posted. Done again by the same person it changes nothing. Refuses ``same-person``,
    ``wrong-stage``, and what the books refuse: then it is neither posted nor accepted.
    """
    if filing.stage in (Stage.ACCEPTED, Stage.POSTED) and filing.decided_by_id == by.pk:
        return filing
    _refuse_who_had_a_hand_in_it(filing, by)
    filing.move_to(Stage.ACCEPTED)
    filing.decided_by, filing.decided_at = by, timezone.now()
    filing.save(update_fields=["stage", "decided_by", "decided_at"])
    if filing.line_count > AT_ONCE:
        later(post_filing, filing, by=by)
        return filing
    return posted(filing, by)


@action("filing.post", needs="accept_reports")
def post_filing(filing: Filing, *, by: Any) -> Filing:
    """Post the lines of an accepted filing; one that is posted already is left as it is."""
    return filing if filing.stage == Stage.POSTED else posted(filing, by)


def _refuse_who_had_a_hand_in_it(filing: Filing, by: Any) -> None:
    if by.pk in (filing.prepared_by_id, filing.certified_by_id):
        raise Refusal("Who prepared or certified a filing cannot accept or return it.", code="same-person")
