"""Signing in and out with tokens."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from knox.views import LoginView, LogoutAllView, LogoutView
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, given


class Credentials(Asked):
    """Who signs in."""

    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False, max_length=4_096)


class Token(serializers.Serializer):
    """A token, told this once; send it as ``Authorization: Token …``."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


class SignIn(LoginView):
    """A token for an e-mail address and its password.

    Both stand in the body, never in a header: a header is judged before attempts are counted.
    """

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_scope = "sign-in"

    def get_authenticate_header(self, request: Request) -> str:
        """What makes a wrong password a 401."""
        return "Token"

    @extend_schema(request=Credentials, responses=Token)
    def post(self, request: Request, format: str | None = None) -> Response:
        """Sign in."""
        asked = given(Credentials, request)
        person = authenticate(request._request, username=asked["email"], password=asked["password"])
        if person is None:
            raise AuthenticationFailed("The address or the password is wrong.")
        request.user = person
        return super().post(request)

    def get_post_response_data(self, request: Request, token: str, instance: Any) -> dict[str, Any]:
        """The token, and until when it is good."""
        return {"token": token, "expires_at": instance.expiry}


@extend_schema(request=None, responses={204: None})
class SignOut(LogoutView):
    """End the token of this call."""


@extend_schema(request=None, responses={204: None})
class SignOutEverywhere(LogoutAllView):
    """End every token of the person."""
