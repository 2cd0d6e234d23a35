"""Addresses of the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.allocations import Allocations, Projects
from api.amendments import Amendments
from api.closeouts import Closeouts
from api.corrections import Corrections, Waivers
from api.documents import Documents
from api.entries import Entries
from api.federal_awards import FederalAwards
from api.ffata_reports import FfataReports
from api.filings import Filings
from api.findings import Findings
from api.follow_ups import FollowUps
from api.management_decisions import ManagementDecisions
from api.monitoring_visits import MonitoringVisits
from api.packages import Packages
from api.parties import Parties
from api.periods import Periods
from api.postings import Postings
from api.programs import Programs
from api.risk_assessments import RiskAssessments
from api.rounds import Rounds
from api.rules import Rules
from api.samples import Samples
from api.schema import Docs, Schema
from api.sign_in import SignIn, SignOut, SignOutEverywhere
from api.single_audits import SingleAudits
from api.specific_conditions import SpecificConditions
from api.subawards import Subawards
from api.submissions import Submissions
from api.trail import Trail

router = SimpleRouter()
router.register("parties", Parties, "party")
router.register("federal-awards", FederalAwards, "federal-award")
router.register("programs", Programs, "program")
router.register("allocation-rounds", Rounds, "allocation-round")
router.register("allocations", Allocations, "allocation")
router.register("subawards", Subawards, "subaward")
router.register("amendments", Amendments, "amendment")
router.register("projects", Projects, "project")
router.register("entries", Entries, "entry")
router.register("postings", Postings, "posting")
router.register("periods", Periods, "period")
router.register("filings", Filings, "filing")
router.register("documents/submissions", Submissions, "submission")
router.register("documents", Documents, "document")
router.register("samples", Samples, "sample")
router.register("packages", Packages, "package")
router.register("trail", Trail, "trail")
router.register("findings", Findings, "finding")
router.register("corrective-actions", Corrections, "corrective-action")
router.register("waivers", Waivers, "waiver")
router.register("rules", Rules, "rule")
router.register("risk-assessments", RiskAssessments, "risk-assessment")
router.register("specific-conditions", SpecificConditions, "specific-condition")
router.register("monitoring-visits", MonitoringVisits, "monitoring-visit")
router.register("follow-ups", FollowUps, "follow-up")
router.register("single-audits", SingleAudits, "single-audit")
router.register("management-decisions", ManagementDecisions, "management-decision")
router.register("closeouts", Closeouts, "closeout")
router.register("ffata-reports", FfataReports, "ffata-report")

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="api-sign-in"),
    path("sign-out/", SignOut.as_view(), name="api-sign-out"),
    path("sign-out-everywhere/", SignOutEverywhere.as_view(), name="api-sign-out-everywhere"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    *router.urls,
]
