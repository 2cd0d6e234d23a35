"""One agency, one county that it passes money to, a person of each role, and a record of each noun."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.compliance.actions import ask_waiver, complete_correction, plan_correction
from grants.kernel.roles import Role
from grants.kernel.trail import TrailEntry
from grants.ledger.models import Entry, Kind
from grants.monitoring.risk.actions import impose_condition
from grants.parties.models import User
from grants.programs.actions import propose_round, set_up_program
from grants.programs.models import Allocation, Family, Program
from grants.subawards.actions import propose_amendment, record_projects
from grants.subawards.models import Project
from reporting.documents.actions import issue_document
from reporting.documents.models import Format
from reporting.filings.actions import certify_filing, open_periods, receive_filing
from reporting.filings.attestation import attestation_on
from reporting.filings.models import Filing, ReportingPeriod
from reporting.packages.actions import ask_package, gather_package
from reporting.sampling.actions import draw_sample
from reporting.sampling.models import Method
from reporting.sampling.terms import Terms
from reporting.submissions.actions import make_submission
from tests.builders import Office, a_party, a_person
from tests.compliance.builders import a_finding
from tests.filings.builders import a_cost
from tests.monitoring.builders import Watched

NOBODY = "nobody"
COUNTY_AUDITOR = "auditor of the county"


class World:
    """What one agency and its county have in the books, by the name under which the API finds it."""

    def __init__(self, office: Office | None = None) -> None:
        self.office = office = office or Office()
        self.county = a_party(keeper=office.agency)
        self.people = self._people()
        self.award = office.an_award(amount=Decimal("2000000.00"))
        self.program = office.a_program(award=self.award)
        self.draft_program = self._draft_program()
        self.idle_program = office.a_program("1.00")
        office.allocated(self.program, {self.county: "10000.00"})
        self.allocation = Allocation.objects.get(program=self.program, party=self.county)
        of_the_county = {"allocation": self.allocation, "subrecipient": self.county}
        self.subaward = office.a_subaward("1000.00", spent="600.00", **of_the_county)
        self.spent_subaward = office.a_subaward("500.00", spent="500.00", paid="500.00", **of_the_county)
        self.draft_subaward = office.a_draft("1000.00", **of_the_county)
        self.draft_round = office.a_round(self.program, {self.county: "1.00"})
        self.proposed_round = propose_round(
            office.a_round(self.program, {self.county: "2.00"}), by=office.program_officer
        )
        self.amendment = propose_amendment(
            self.subaward,
            splits={self.award: Decimal("50.00")},
            reason="more miles",
            effective_on=date(2022, 4, 1),
            by=office.program_officer,
        )
        self.project = self._project()
        self.entry = Entry.objects.filter(subaward=self.subaward, kind=Kind.EXPENDITURE).get()
        self.posting = self.entry.posting
        self._findings()
        self.document = issue_document(
            self.program,
            report="spend-by-program",
            through=date(2022, 3, 31),
            format=Format.CSV,
            by=office.fiscal_officer,
        )
        self.submission = make_submission(
            self.program, export="slfrf", period="2022-Q1", by=office.fiscal_officer
        )
        self.sample = draw_sample(
            self.program,
            terms=Terms(Method.SIMPLE, size=1),
            through=date(2022, 3, 31),
            by=office.auditor,
        )
        asked = ask_package(self.program, parts=["ledger"], through=date(2022, 3, 31), by=office.auditor)
        self.package = gather_package(asked, by=office.auditor)
        self.period = self._period()
        self.filing = self._filing("2022-Q2")
        self.draft_filing = self._filing("2022-Q3", incurred_on="2022-06-30")
        self.signed_filing = certify_filing(
            self._filing("2022-Q4", incurred_on="2022-11-30"),
            version=attestation_on(timezone.localdate()).version,
            by=self.people[Role.CERTIFIER],
        )
        self.trail = TrailEntry.objects.filter(party=office.agency).latest("pk")
        self._watched()

    def _people(self) -> dict[str, Any]:
        office = self.office
        nobody = User.objects.create(email=f"nobody-of-{self.county.code}@example.gov", name="Nobody")
        return {
            Role.ADMINISTRATOR: office.administrator,
            Role.FISCAL_OFFICER: office.fiscal_officer,
            Role.PROGRAM_OFFICER: office.program_officer,
            Role.REVIEWER: office.reviewer,
            Role.AUDITOR: office.auditor,
            Role.PREPARER: a_person(Role.PREPARER, self.county),
            Role.CERTIFIER: a_person(Role.CERTIFIER, self.county),
            COUNTY_AUDITOR: a_person(Role.AUDITOR, self.county),
            NOBODY: nobody,
        }

    def _findings(self) -> None:
        """A finding, another with a waiver asked for, and corrections of them."""
        self.finding = a_finding(self.office, subaward=self.subaward)
        other = a_finding(self.office, subaward=self.spent_subaward)
        officer, until = self.office.program_officer, date(2099, 12, 31)
        plan = {"plan": "Move the cost", "owner": "Finance", "due_on": until, "by": officer}
        self.correction, planned = plan_correction(self.finding, **plan), plan_correction(other, **plan)
        self.done_correction = complete_correction(planned, evidence="Journal 7", by=officer)
        self.waiver = ask_waiver(other, reason="a flood", until=until, by=officer)

    def _watched(self) -> None:
        """What watching over the county leaves; the condition is in force, so that the county sees it."""
        watched = Watched(self.office, self.subaward)
        self.risk_assessment = watched.risk_assessment
        self.specific_condition = impose_condition(
            watched.specific_condition, noticed_on=timezone.localdate(), by=self.office.fiscal_officer
        )
        self.monitoring_visit, self.follow_up = watched.monitoring_visit, watched.follow_up
        self.single_audit, self.management_decision = watched.single_audit, watched.management_decision
        self.closeout, self.ffata_report = watched.closeout, watched.ffata_report

    def _period(self) -> ReportingPeriod:
        officer = self.office.program_officer
        open_periods(self.program, through=date(2022, 12, 31), by=officer)
        return self.program.periods.get(code="2022-Q1")

    def _filing(self, code: str, **given: str) -> Filing:
        """What the county's preparer files for a period: one cost of a dollar."""
        return receive_filing(
            self.subaward,
            period=self.program.periods.get(code=code),
            entered=[a_cost("1.00", **given)],
            by=self.people[Role.PREPARER],
        )

    def _draft_program(self) -> Program:
        code = f"draft-of-{self.county.code.lower()}"
        program = Program(code=code, name="A program in draft", family=Family.CPF)
        return set_up_program(self.office.agency, program, by=self.office.program_officer)

    def _project(self) -> Project:
        project = Project(code=f"project-of-{self.county.code}", name="Fiber to the bridge")
        return record_projects(self.allocation, [project], by=self.office.program_officer)[0]
