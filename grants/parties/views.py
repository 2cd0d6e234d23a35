"""Pages for signing in and out, and for changing one's password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.forms import EmailInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url

from grants.desk.who import roles_of
from grants.kernel.roles import AT_THE_DESK
from grants.parties.attempts import WHILE, Attempt


class Credentials(AuthenticationForm):
    """An e-mail address and its password; which of them is wrong is not told."""

    username = UsernameField(widget=EmailInput(attrs={"autocomplete": "username"}))
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "The e-mail address or the password is wrong.",
    }


class SignIn(views.LoginView):
    """One way in for everyone; where it leads follows from the person's roles."""

    form_class = Credentials
    template_name = "sign_in/sign_in.html"

    def post(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        """Judge the password, unless there were too many wrong ones: then 429, whatever it is."""
        self._attempt = Attempt(request, request.POST.get("username", ""))
        if not self._attempt.has_room:
            answer = render(request, "sign_in/too_often.html", {"minutes": WHILE // 60}, status=429)
            answer["Retry-After"] = str(WHILE)
            return answer
        return super().post(request, *args, **given)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, and forget the wrong passwords before."""
        self._attempt.succeeded()
        return super().form_valid(form)

    def get_default_redirect_url(self) -> str:
        """Where the person begins."""
        return begins_at(self.request)


class SignOut(views.LogoutView):
    """Signs out, by POST, and leads to the first page."""

    next_page = "home"

    def post(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        """Sign out and say so."""
        answer = super().post(request, *args, **given)
        messages.success(request, "You are signed out.")
        return answer


class ChangePassword(views.PasswordChangeView):
    """A new password, against the old one."""

    template_name = "sign_in/change_password.html"

    def get_success_url(self) -> str:
        """Back to where the person begins."""
        return begins_at(self.request)

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it and say so."""
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)


def begins_at(request: HttpRequest) -> str:
    """The desk for those who have roles of the desk alone, the portal for everyone else."""
    roles = roles_of(request)
    return resolve_url("admin:index" if roles and roles <= AT_THE_DESK else settings.LOGIN_REDIRECT_URL)
