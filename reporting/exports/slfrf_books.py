"""What the books themselves hold of a program, as rows of Treasury's SLFRF templates.

Projects with their sums from the ledger, subawards with their subrecipients and costs. Attributes are those
known at the moment, and sums those of the lines posted by it. What the books do not hold stays blank.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, Sum

from grants.kernel.money import ZERO
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import Standing, standings
from grants.parties.models import Party
from grants.subawards.models import Determination, PaymentMethod, Project, Subaward
from reporting.as_known import as_known
from reporting.export import Edition, Filled, Origin, Stretch
from reporting.exports.slfrf_filed import AGGREGATE, EXPENDITURE, RECIPIENT, SUBAWARD, template_of
from reporting.rows import as_text

FIFTY_THOUSAND = Decimal("50000.00")
LONGEST_NUMBER = 20
TYPES = {
    PaymentMethod.REIMBURSEMENT: "Grant: Reimbursable",
    PaymentMethod.ADVANCE: "Grant: Lump Sum Payment(s)",
}
OF_GRANTS = "Aggregate of Grants Awarded"
_ADDRESS = re.compile(r"(.+), ([^,]+), ([A-Z]{2}) (\d{5})(?:-(\d{4}))?")
Row = dict[str, Any]


@dataclass
class Known:
    """What the books know of a program at a moment: in all through the period, and before it."""

    program: Any
    period: Stretch
    moment: datetime
    projects: Mapping[int, Any] = field(default_factory=dict)
    subawards: Mapping[int, Any] = field(default_factory=dict)

    def standings(self, by: str) -> tuple[dict[Any, Standing], dict[Any, Standing]]:
        """Sums through the last day of the period, and through the day before its first."""
        where = {"program_id": [self.program.pk]}
        day_before = self.period.starts_on - timedelta(days=1)
        return (
            standings(by, through=self.period.ends_on, as_known_at=self.moment, where=where),
            standings(by, through=day_before, as_known_at=self.moment, where=where),
        )


def known_of(program: Any, period: Stretch, moment: datetime, without: Iterable[int]) -> Known:
    """The projects and issued subawards of a program, but those of subawards that file for themselves."""
    left_out = set(without)
    ours = Subaward.objects.filter(program=program).exclude(pk__in=left_out)
    projects = Project.objects.filter(allocation__program=program).order_by("pk").values("pk")
    subawards = list(ours.order_by("pk").values_list("pk", flat=True))
    return Known(
        program,
        period,
        moment,
        {
            key: project
            for key, project in as_known(Project, projects, moment).items()
            if project.subaward_id not in left_out
        },
        {
            key: subaward
            for key, subaward in as_known(Subaward, subawards, moment).items()
            if subaward.issued_on and subaward.issued_on <= period.ends_on
        },
    )


def add_books(known: Known, edition: Edition, filled: dict[str, Filled]) -> list[Any]:
    """Put what the books hold into the templates; answers the projects of categories that none takes."""
    strange = _add_projects(known, edition, filled)
    _add_subawards(known, filled)
    return strange


def _add_projects(known: Known, edition: Edition, filled: dict[str, Filled]) -> list[Any]:
    if not known.projects:
        return []
    through, before = known.standings("project_id")
    of_subawards = known.standings("subaward_id")
    alone = _alone(known)
    rows: dict[str, list[tuple[Row, str]]] = {}
    strange = []
    for key, project in known.projects.items():
        total, earlier = through.get(key, Standing()), before.get(key, Standing())
        if alone.get(project.subaward_id) == key:
            total, earlier = (
                of.get(project.subaward_id, Standing())._replace(program_income=mine.program_income)
                for of, mine in zip(of_subawards, (total, earlier), strict=True)
            )
        template = template_of(edition, project.expenditure_category)
        if template is None:
            strange.append(project)
            continue
        row = _project(project, total, earlier)
        rows.setdefault(template, []).append((row, f"project {project.code}, {project.source}".rstrip(", ")))
    for template, of in rows.items():
        _put(filled, template, of)
    return strange


def _project(project: Any, total: Standing, earlier: Standing) -> Row:
    category = project.expenditure_category
    return {
        "project_expenditure_category": category.partition(".")[0],
        "sub_category": category,
        "name": project.name,
        "project_identification_number": number_of(project),
        "completion_status": project.completion,
        "adopted_budget": project.adopted_budget,
        "total_obligations": total.obligated,
        "total_expenditures": total.spent,
        "current_period_obligations": total.obligated - earlier.obligated,
        "current_period_expenditures": total.spent - earlier.spent,
        "project_description": project.description,
        "program_income_earned": total.program_income or None,
    }


def number_of(project: Any) -> str:
    """The number that Treasury knows a project by: the party's own, or its code here where that fits."""
    return project.number or (project.code if len(project.code) <= LONGEST_NUMBER else "")


def _alone(known: Known) -> dict[int, int]:
    """Subawards with exactly one project, and its key: all that is obligated to them is for it."""
    projects: dict[int, list[int]] = {}
    for key, project in known.projects.items():
        if project.subaward_id:
            projects.setdefault(project.subaward_id, []).append(key)
    return {subaward: keys[0] for subaward, keys in projects.items() if len(keys) == 1}


def _add_subawards(known: Known, filled: dict[str, Filled]) -> None:
    """Subawards of 50,000 dollars and more one by one with their costs, lesser ones by project."""
    if not known.subawards:
        return
    through, before = known.standings("subaward_id")
    alone, roles = _alone(known), _roles(known)
    large: list[int] = []
    small: list[int] = []
    for key in known.subawards:
        obligated = through.get(key, Standing()).obligated
        (large if obligated >= FIFTY_THOUSAND else small).append(key)
    parties = as_known(Party, {known.subawards[key].subrecipient_id for key in large}, known.moment)
    met: dict[int, tuple[Row, str]] = {}
    rows = []
    for key in large:
        subaward = known.subawards[key]
        party = parties[subaward.subrecipient_id]
        project = known.projects.get(alone.get(key, 0))
        row = _subaward(subaward, party, project, roles.get(key, "Subrecipient"), through[key].obligated)
        rows.append((row, f"subaward {subaward.number}"))
        recipient, _ = met.setdefault(
            party.pgh_obj_id, (_recipient(party, known.period), f"party {party.code}")
        )
        if row["entity_type_2"] not in recipient["entity_type_2"].split(";"):
            recipient["entity_type_2"] = f"{recipient['entity_type_2']};{row['entity_type_2']}".strip(";")
    _put(filled, RECIPIENT, list(met.values()))
    _put(filled, SUBAWARD, rows)
    _put(filled, EXPENDITURE, _costs(known, large))
    _put(filled, AGGREGATE, _aggregates(known, small, alone, through, before))


def _subaward(subaward: Any, party: Any, project: Any, role: str, obligated: Decimal) -> Row:
    street, city, state, zip_code, zip_four = parts_of(subaward.place_of_performance)
    return {
        "recipient_uei": party.uei,
        "recipient_ein": party.ein.replace("-", ""),
        "project_identification_number": number_of(project) if project else None,
        "category": project.expenditure_category if project else None,
        "award_no": subaward.number,
        "entity_type_2": role,
        "award_type": TYPES.get(subaward.payment_method),
        "award_amount": obligated,
        "award_date": subaward.issued_on,
        "period_of_performance_start": subaward.starts_on,
        "period_of_performance_end": subaward.ends_on,
        "place_of_performance_address_1": street,
        "place_of_performance_city": city,
        "state_abbreviated": state,
        "place_of_performance_zip": zip_code,
        "place_of_performance_zip_4": zip_four,
        "description": subaward.description or subaward.title,
    }


def _recipient(party: Any, period: Stretch) -> Row:
    street, city, state, zip_code, zip_four = parts_of(party.address)
    expires_on: date | None = party.sam_expires_on
    registered = None if expires_on is None else "Yes" if expires_on >= period.ends_on else "No"
    return {
        "unique_entity_identifier": party.uei,
        "ein": party.ein.replace("-", ""),
        "name": party.name,
        "entity_type_2": "",
        "address": street,
        "city": city,
        "state_abbreviated": state,
        "zip": zip_code,
        "zip_4": zip_four,
        "country": "US" if state else None,
        "registered_in_sam_gov": registered,
    }


def parts_of(address: str) -> tuple[str | None, ...]:
    """Street, city, state, five and four digits of an address that ends ``…, Columbus, OH 43215-0001``.

    An address written otherwise is the street alone: its parts are not known.
    """
    line = ", ".join(part.strip(" ,") for part in address.splitlines() if part.strip(" ,"))
    found = _ADDRESS.fullmatch(line)
    return found.groups() if found else (line or None, None, None, None, None)


def _roles(known: Known) -> dict[int, str]:
    """What each subrecipient was determined to be last, where it was."""
    decided = Determination.objects.filter(
        subaward__in=list(known.subawards), decided_at__lte=known.moment
    ).order_by("decided_at", "pk")
    return {key: role.capitalize() for key, role in decided.values_list("subaward_id", "role")}


def _costs(known: Known, keys: Sequence[int]) -> list[tuple[Row, str]]:
    """What each subaward spent in the period, from its first cost to its last."""
    lines = Entry.objects.filter(
        program=known.program,
        subaward__in=keys,
        kind=Kind.EXPENDITURE,
        incurred_on__range=(known.period.starts_on, known.period.ends_on),
        posted_at__lte=known.moment,
    )
    spans = {"first": Min("incurred_on"), "last": Max("incurred_on"), "spent": Sum("amount")}
    found = lines.order_by("subaward_id").values_list("subaward_id").annotate(**spans)
    return [
        (
            {
                "sub_award_lookup": known.subawards[key].number,
                "expenditure_start": first,
                "expenditure_end": last,
                "expenditure_amount": spent,
            },
            f"lines of subaward {known.subawards[key].number}",
        )
        for key, first, last, spent in found
        if spent
    ]


def _aggregates(
    known: Known,
    keys: Sequence[int],
    alone: Mapping[int, int],
    through: Mapping[int, Standing],
    before: Mapping[int, Standing],
) -> list[tuple[Row, str]]:
    """What lesser subawards obligated and spent in the period, by project."""
    sums: dict[str, list[Decimal]] = {}
    causes: dict[str, list[str]] = {}
    for key in keys:
        total, earlier = through.get(key, Standing()), before.get(key, Standing())
        project = known.projects.get(alone.get(key, 0))
        number = number_of(project) if project else ""
        obligated, spent = sums.setdefault(number, [ZERO, ZERO])
        sums[number] = [
            obligated + total.obligated - earlier.obligated,
            spent + total.spent - earlier.spent,
        ]
        causes.setdefault(number, []).append(known.subawards[key].number)
    return [
        (
            {
                "project_identification_number": number,
                "sub_award_type_aggregates_slfrf": OF_GRANTS,
                "quarterly_obligation_amt_aggregates": obligated,
                "quarterly_expenditure_amt_aggregates": spent,
            },
            f"subawards {', '.join(causes[number])}",
        )
        for number, (obligated, spent) in sums.items()
        if obligated or spent
    ]


def _put(filled: dict[str, Filled], template: str, rows: Sequence[tuple[Row, str]]) -> None:
    """Add rows of records to a template, each with what causes it."""
    if rows:
        columns = {name: [as_text(row[name]) for row, _ in rows] for name in rows[0][0]}
        origin = Origin(records=[cause for _, cause in rows])
        filled.setdefault(template, Filled()).add(len(rows), columns, origin)
