"""The projects of Cincinnati, Franklin County and Hamilton County, posted quarter by quarter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify

from demo.ohio.files import REPORTED
from demo.ohio.people import State
from demo.ohio.reported import Quarter, Reported, quarters_of, told_apart
from demo.ohio.slfrf import award_code
from demo.steps import is_posted, posting_key
from demo.tables import Row
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry
from grants.ledger.posting import Line
from grants.programs.models import Allocation, FederalAward
from grants.subawards.actions import record_projects
from grants.subawards.models import Project

RECIPIENTS = dict(zip(REPORTED, ("C39061-15000", "C39049", "C39061"), strict=True))
"""Codes in the register of the governments whose project reports the list has."""

SOURCE = (
    "U.S. Department of the Treasury: SLFRF project and expenditure reports, fourth quarter of 2021 to "
    "second quarter of 2022"
)


@dataclass(frozen=True)
class _Government:
    """One government, its allocation and award, and its projects by their number in the plan."""

    allocation: Allocation
    award: FederalAward
    projects: list[Project]

    def key(self, quarter: str) -> str:
        """The key of the posting of a quarter's report."""
        return f"{award_code(self.allocation.party)}-projects-{quarter}"

    def line(self, reported: Reported) -> Line:
        """A reported line as the ledger takes it."""
        return Line(
            kind=reported.kind,
            amount=reported.amount,
            incurred_on=reported.on,
            federal_award=self.award.pk,
            allocation=self.allocation.pk,
            project=self.projects[reported.project].pk,
            category=reported.category,
            period=reported.period,
            place=reported.place,
            memo=reported.memo,
        )

    def entry(self, reported: Reported) -> Entry:
        """The entry that stands for a line posted earlier."""
        return Entry.objects.get(
            posting__key=posting_key(self.key(reported.quarter)),
            project=self.projects[reported.project],
            kind=reported.kind,
            category=reported.category,
            place=reported.place,
            reverses=None,
        )


def load_projects(state: State, rows: list[Row], awards: Mapping[str, FederalAward]) -> None:
    """Projects, and for each quarter the corrections and the lines that its report makes."""
    for recipient, code in RECIPIENTS.items():
        reported = told_apart(row for row in rows if row["recipient_name"] == recipient)
        allocation = Allocation.objects.select_related("party", "program").get(
            party__code=code, program__code__startswith="slfrf-"
        )
        projects = _recorded(state, allocation, reported)
        government = _Government(allocation, awards[code], projects)
        for quarter in quarters_of(reported):
            _post(state, government, quarter)


def _recorded(state: State, allocation: Allocation, reported: list[dict[date, Row]]) -> list[Project]:
    """Projects in the order of the plan, as the latest report describes each."""
    codes = _codes(award_code(allocation.party), reported)
    known = Project.objects.in_bulk(codes, field_name="code")
    missing = [
        _project(code, project[max(project)])
        for code, project in zip(codes, reported, strict=True)
        if code not in known
    ]
    if missing:
        record_projects(allocation, missing, by=state.budget.proposes)
        known = Project.objects.in_bulk(codes, field_name="code")
    return [known[code] for code in codes]


def _project(code: str, row: Row) -> Project:
    return Project(
        code=code,
        name=row["project_name"],
        expenditure_category=row["ec_code"],
        description=row["project_description"],
        adopted_budget=row["adopted_budget"],
        completion=row["completion_status"],
        source=f"{SOURCE}; row {row['row']}",
    )


def _codes(award: str, reported: list[dict[date, Row]]) -> list[str]:
    """Codes made of the award and the name; projects of one name are numbered in order of first report."""
    codes: list[str] = []
    seen: dict[str, int] = {}
    for project in reported:
        code = f"{award}-{slugify(project[min(project)]['project_name'])}"[:76]
        seen[code] = seen.get(code, 0) + 1
        codes.append(code if seen[code] == 1 else f"{code}-{seen[code]}")
    return codes


def _post(state: State, government: _Government, quarter: Quarter) -> None:
    """The report of a quarter: corrections of earlier lines, then its own, unless they are there already."""
    key = government.key(quarter.code)
    if is_posted(key):
        return
    for line in quarter.reversed:
        entry = government.entry(line)
        if not Entry.objects.filter(reverses=entry).exists():
            reason = f"The report of {quarter.code} says less, or another category."
            reverse_entry(entry, reason=reason, by=state.budget.approves)
    state.budget.posted(
        government.allocation.program,
        key,
        lambda: [government.line(line) for line in quarter.lines],
        reason=f"{government.allocation.party}: report of {quarter.code}. {SOURCE}",
    )
