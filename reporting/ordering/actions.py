"""Reports are ordered from a worker, once or on a schedule; who wants them is told when they are there."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.core.mail import send_mail
from django.db import models, transaction
from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.jobs import later
from grants.kernel.refusals import Refusal
from grants.kernel.scope import may
from grants.parties.models import User
from reporting.documents.actions import issue_document
from reporting.documents.models import Document, Format
from reporting.documents.subjects import SUBJECTS, reports_on, subject_of
from reporting.ordering.models import Each, ReportOrder, ReportSchedule


@action("report.schedule", needs="schedule_reports", locks=False)
def schedule_report(
    subject: models.Model,
    *,
    report: str,
    each: str,
    recipients: Sequence[str],
    format: str = Format.PDF,
    by: Any,
) -> ReportSchedule:
    """Have a report issued at the end of each week, month or quarter from now on.

    Refuses ``not-about-this``, and ``unknown-recipient`` for an address of nobody who signs in here.
    """
    for address in recipients:
        if not User.objects.filter(email__iexact=address, is_active=True).exists():
            raise Refusal(f"Nobody here has the address {address}.", code="unknown-recipient")
    return ReportSchedule.objects.create(
        **_filed(subject, report),
        format=format,
        each=Each(each),
        recipients=list(dict.fromkeys(recipients)),
        set_up_by=by,
        set_up_on=timezone.localdate(),
    )


@action("report.stop_schedule", needs="schedule_reports")
def stop_schedule(schedule: ReportSchedule, *, reason: str, by: Any) -> ReportSchedule:
    """Let a schedule end; what it issued stays. Refuses ``stopped-already``."""
    if schedule.stopped_at:
        raise Refusal("It was stopped already.", code="stopped-already")
    schedule.stopped_at = timezone.now()
    schedule.save()
    return schedule


@action("report.order", needs="issue_documents", locks=False)
def order_report(
    subject: models.Model, *, report: str, through: date, format: str = Format.PDF, by: Any
) -> ReportOrder:
    """Have a worker issue a report; who orders it is written to when it is there.

    The same order twice, while the first is still being done, is one. Refuses ``not-about-this``.
    """
    asked = {**_filed(subject, report), "format": format, "through": through, "ordered_by": by}
    same = ReportOrder.objects.filter(**asked, document=None, schedule=None).first()
    return same or _deferred(ReportOrder.objects.create(**asked, recipients=[by.email]))


@action("report.order_scheduled", needs="schedule_reports")
def order_scheduled(schedule: ReportSchedule, *, through: date, by: Any) -> ReportOrder:
    """Order what a schedule is due for a day; a day twice is one order. Refuses ``stopped-already``."""
    if schedule.stopped_at:
        raise Refusal("It was stopped already.", code="stopped-already")
    if found := schedule.orders.filter(through=through).first():
        return found
    order = ReportOrder.objects.create(
        report=schedule.report,
        about=schedule.about,
        agency=schedule.agency,
        program=schedule.program,
        format=schedule.format,
        through=through,
        schedule=schedule,
        recipients=schedule.recipients,
        ordered_by=schedule.set_up_by,
    )
    return _deferred(order)


@action("report.fulfil", needs="issue_documents")
def fulfil_order(order: ReportOrder, *, by: Any) -> Document:
    """Issue what was ordered, and write to those who want it and may read it. Safe to run twice."""
    if order.document:
        return order.document
    order.document = issue_document(_subject_named(order.about), **order.told(), by=by)
    order.save()
    transaction.on_commit(partial(_tell, order, order.document))
    return order.document


def _deferred(order: ReportOrder) -> ReportOrder:
    order.job = later(fulfil_order, order, by=order.ordered_by)
    order.save(update_fields=["job"])
    return order


def _filed(subject: models.Model, report: str) -> dict[str, Any]:
    """What is ordered, and whose it will be. Refuses ``not-about-this``."""
    kind = subject_of(subject)
    if report not in dict(reports_on(kind)):
        raise Refusal(f"There is no report “{report}” about a {kind.words}.", code="not-about-this")
    whose = kind.whose(subject)
    return {
        "report": report,
        "about": kind.code(subject),
        "agency": whose["agency"],
        "program": whose.get("program"),
    }


def _subject_named(about: str) -> models.Model:
    """The record that a document is about, by its kind and key."""
    name, _, key = about.partition("/")
    kind = SUBJECTS[name]
    return kind.model._base_manager.get(**{kind.key: key})


def _tell(order: ReportOrder, document: Document) -> None:
    """Write to each recipient who may read the document; a mail holds no figure of it."""
    for person in User.objects.filter(email__in=order.recipients, is_active=True):
        if may(person, "view", document):
            text = (
                f"{document.title}, through {document.through}, was issued as document {document.number}.\n"
                f"Sign in to read it. SHA-256 {document.sha256}."
            )
            send_mail(f"Document {document.number} is ready", text, None, [person.email])
