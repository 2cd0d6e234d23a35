"""Addresses of the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.parties import Parties
from api.programs import FederalAwards, Programs
from api.sign_in import SignIn, SignOut, SignOutEverywhere

router = SimpleRouter()
router.register("parties", Parties, "party")
router.register("federal-awards", FederalAwards, "federal-award")
router.register("programs", Programs, "program")

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    path("sign-out-everywhere/", SignOutEverywhere.as_view(), name="sign-out-everywhere"),
    *router.urls,
]
