"""Addresses of signing in and out."""

from django.urls import path

from grants.parties.views import ChangePassword, SignIn, SignOut

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    path("password/", ChangePassword.as_view(), name="change-password"),
]
