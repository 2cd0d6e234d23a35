"""Addresses of the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.allocations import Allocations, Projects
from api.amendments import Amendments
from api.corrections import Corrections, Waivers
from api.documents import Documents
from api.entries import Entries
from api.federal_awards import FederalAwards
from api.filings import Filings
from api.findings import Findings
from api.parties import Parties
from api.periods import Periods
from api.postings import Postings
from api.programs import Programs
from api.rounds import Rounds
from api.rules import Rules
from api.schema import Docs, Schema
from api.sign_in import SignIn, SignOut, SignOutEverywhere
from api.subawards import Subawards
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
router.register("documents", Documents, "document")
router.register("trail", Trail, "trail")
router.register("findings", Findings, "finding")
router.register("corrective-actions", Corrections, "corrective-action")
router.register("waivers", Waivers, "waiver")
router.register("rules", Rules, "rule")

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="api-sign-in"),
    path("sign-out/", SignOut.as_view(), name="api-sign-out"),
    path("sign-out-everywhere/", SignOutEverywhere.as_view(), name="api-sign-out-everywhere"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    *router.urls,
]
