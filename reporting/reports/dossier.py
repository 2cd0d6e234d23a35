"""The dossier of a subaward: all that these books hold of it, from its award to its closeout.

Parts that are reports of their own are gathered by them. It tells the agency's own view of risk, so it is
for the staff alone.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.kernel.periods import quarter
from grants.ledger.models import Entry
from grants.ledger.queries import Standing, sums
from grants.monitoring.audits.models import AuditFinding
from grants.monitoring.ffata.models import FfataReport
from grants.monitoring.sam.models import ExclusionCheck
from grants.subawards.models import Amendment, Determination, Subaward
from reporting.documents.models import Document
from reporting.filings.models import Filing
from reporting.report import REPORTS, Report
from reporting.reports import budget_against_actual, closeout, compliance, subaward_agreement
from reporting.reports.dossier_blocks import compose
from reporting.reports.pieces import day_of, known
from reporting.reports.watching import watched

_PARTS: Mapping[str, Callable[[Any, date, datetime], dict[str, Any]]] = {
    "agreement": subaward_agreement.gather,
    "budget": budget_against_actual.gather,
    "compliance": compliance.of_subaward,
    "closeout": closeout.gather,
}


def gather(subaward: Subaward, through: date, as_known_at: datetime) -> dict[str, Any]:
    """Everything recorded of a subaward; dollars through a day as known at a moment."""
    pair = (subaward.program.agency_id, subaward.subrecipient_id)
    return {
        "through": through,
        "as_known_at": as_known_at,
        "number": subaward.number,
        "is_sample": subaward.is_sample or subaward.program.is_sample,
        "origin": _origin(subaward),
        "amendments": _amendments(subaward),
        "quarters": _quarters(subaward, through, as_known_at),
        "filings": _filings(subaward, through),
        "lines": _lines(subaward, through, as_known_at),
        "watching": watched([subaward], through)[pair],
        "checks": _checks(subaward, through),
        "ffata": _ffata(subaward, through),
        "audits": _audits(subaward),
        "documents": _documents(subaward),
        **{name: gathered(subaward, through, as_known_at) for name, gathered in _PARTS.items()},
    }


def _origin(subaward: Subaward) -> dict[str, Any]:
    """How the subaward came to be, and what its subrecipient is in it."""
    decided = Determination.objects.filter(subaward=subaward).select_related("decided_by").order_by("-pk")
    found = decided.first()
    return {
        "drafted_by": str(subaward.drafted_by),
        "issued_by": str(subaward.issued_by or ""),
        "issued_on": subaward.issued_on,
        "allocation": f"{subaward.allocation.party.name}, of {subaward.program.name}",
        "source": subaward.source,
        "role": found.get_role_display() if found else "",
        "role_reason": found.reason if found else "",
        "role_by": f"{found.decided_by}, {day_of(found.decided_at)}" if found else "",
    }


def _amendments(subaward: Subaward) -> list[list[Any]]:
    """Each amendment, what it changes in dollars, and who decided."""
    rows = []
    for each in Amendment.objects.filter(subaward=subaward).select_related("decided_by").order_by("number"):
        change = sum((Decimal(amount) for amount in (each.splits or {}).values()), Decimal("0.00"))
        rows.append(
            [str(each.number), each.effective_on, each.get_stage_display(), change, each.ends_on, each.reason,
             str(each.decided_by or ""), day_of(each.decided_at)]
        )  # fmt: skip
    return rows


def _quarters(subaward: Subaward, through: date, as_known_at: datetime) -> list[list[Any]]:
    """What was obligated, spent, paid and shared in each quarter that has a line."""
    amounts: dict[date, dict[str, Decimal]] = {}
    where = {"subaward_id": [subaward.pk]}
    for row in sums(("month", "kind"), through=through, as_known_at=as_known_at, where=where):
        of = amounts.setdefault(quarter(row["month"]).starts_on, {})
        of[row["kind"]] = of.get(row["kind"], Decimal("0.00")) + row["amount"]
    rows = []
    for first, kinds in sorted(amounts.items()):
        money = Standing.of(kinds)
        rows.append(
            [f"{first.year}-Q{(first.month + 2) // 3}", money.obligated, money.spent, money.paid,
             money.cost_shared, money.program_income]
        )  # fmt: skip
    return rows


def _filings(subaward: Subaward, through: date) -> list[dict[str, Any]]:
    """Each workbook received, with its hash, and who prepared, certified and decided on it."""
    received = Filing.objects.filter(subaward=subaward, received_at__date__lte=through)
    chosen = received.select_related(
        "period", "prepared_by", "certified_by", "decided_by", "certification"
    ).order_by("period__ends_on", "pk")
    return [
        {
            "number": each.number,
            "period": each.period.code,
            "name": each.name,
            "stage": each.get_stage_display(),
            "spent": each.spent,
            "sha256": each.sha256,
            "prepared_by": str(each.prepared_by),
            "received_on": day_of(each.received_at),
            "certified_by": str(each.certified_by or ""),
            "certified_on": day_of(each.certified_at),
            "word": getattr(getattr(each, "certification", None), "version", ""),
            "decided_by": str(each.decided_by or ""),
            "decided_on": day_of(each.decided_at),
        }
        for each in chosen
    ]


def _lines(subaward: Subaward, through: date, as_known_at: datetime) -> list[list[Any]]:
    """Every line of the ledger, in the order of its days, with where it came from."""
    lines = Entry.objects.filter(
        subaward=subaward, incurred_on__lte=through, posted_at__lte=as_known_at
    ).select_related("posting", "federal_award")
    return [
        [
            f"L-{line.pk:06}",
            line.incurred_on,
            line.get_kind_display(),
            line.amount,
            known(line.federal_award.fain or line.federal_award.code) if line.federal_award else "State",
            line.category,
            line.payee,
            ", ".join(filter(None, (line.posting.name, line.place))),
            f"L-{line.reverses_id:06}" if line.reverses_id else "",
        ]
        for line in lines.order_by("incurred_on", "pk").iterator(chunk_size=5000)
    ]


def _checks(subaward: Subaward, through: date) -> list[list[Any]]:
    """Whether the subrecipient was looked for among the excluded (2 CFR 180.300)."""
    made = ExclusionCheck.objects.filter(
        agency=subaward.program.agency_id, party=subaward.subrecipient_id, checked_on__lte=through
    )
    return [
        [each.checked_on, each.get_method_display(), each.get_result_display(), each.source,
         str(each.checked_by)]
        for each in made.select_related("checked_by").order_by("checked_on", "pk")
    ]  # fmt: skip


def _ffata(subaward: Subaward, through: date) -> list[list[Any]]:
    made = FfataReport.objects.filter(subaward=subaward, reported_on__lte=through)
    return [
        [known(each.federal_award.fain), each.reported_on, each.amount, each.confirmation]
        for each in made.select_related("federal_award").order_by("reported_on", "pk")
    ]


def _audits(subaward: Subaward) -> list[dict[str, Any]]:
    """The audit findings on this subaward, each with the agency's decision."""
    found = AuditFinding.objects.filter(subaward=subaward).select_related("audit", "decision__decided_by")
    rows = []
    for each in found.order_by("audit__year_ends_on", "reference", "pk"):
        decision = getattr(each, "decision", None)
        rows.append(
            {
                "year_ends_on": each.audit.year_ends_on,
                "report": each.audit.fac_report_id,
                "reference": each.reference,
                "requirement": each.requirement,
                "summary": each.summary,
                "questioned_cost": each.questioned_cost,
                "decision": decision.get_sustained_display() if decision else "",
                "decided_on": decision.decided_on if decision else None,
                "decided_by": str(decision.decided_by) if decision else "",
                "reasons": decision.reasons if decision else "",
            }
        )
    return rows


def _documents(subaward: Subaward) -> list[list[Any]]:
    """The documents issued on this subaward before."""
    issued = Document.objects.filter(subaward=subaward).order_by("pk")
    rows = issued.values_list("number", "title", "through", "issued_at", "sha256")
    return [[number, title, day, day_of(at), sha256] for number, title, day, at, sha256 in rows]


REPORTS.add(
    "dossier",
    Report(
        "Dossier of a subaward",
        "2 CFR 200.332, 200.334",
        gather,
        compose,
        about=("subaward",),
        for_staff=True,
    ),
)
