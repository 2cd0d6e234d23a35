"""The site of the desk: who gets in, what is registered, and in which order it is listed."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from grants.desk.base import Desk
from grants.desk.who import roles_of
from grants.kernel.roles import AT_THE_DESK

SECTIONS = (
    "Programs",
    "Subawards",
    "Monitoring",
    "Compliance",
    "Ledger",
    "Parties and people",
    "Reports",
    "Trail",
)


def stylesheet(request: HttpRequest) -> str:
    """The address of the desk's own style sheet."""
    return static("desk/desk.css")


def icon(request: HttpRequest) -> str:
    """The address of the product's sign."""
    return static("desk/headgate.svg")


class _Found(AutocompleteJsonView):
    """Records that a search finds, each as one chooses it."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """The key of a record and its words."""
        return {"id": str(getattr(obj, to_field_name)), "text": self.model_admin.choice(obj)}  # type: ignore[attr-defined]


class DeskSite(UnfoldAdminSite):
    """The staff's desk."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person's roles sign in here; the same answer as ``User.is_staff``, asked once."""
        return bool(roles_of(request) & AT_THE_DESK)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The site's one page for signing in; who is signed in but has no business here is told so there."""
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign out, by POST, and begin from the first page."""
        return LogoutView.as_view(next_page="home")(request)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        """What a search for a record finds, within the person's reach, told apart from its namesakes."""
        return _Found.as_view(admin_site=self)(request)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only lists that are a ``Desk``.

        The admin pages that other packages bring (groups, tokens, jobs) know nothing of a person's reach;
        they are left out.
        """
        if admin_class is not None and issubclass(admin_class, Desk):
            super().register(model_or_iterable, admin_class, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists by section, in the order of the work."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        models = [model for app in apps for model in app["models"]]
        sections = [
            {
                "name": name,
                "app_label": name.lower().replace(" ", "-"),
                "app_url": reverse("admin:index"),
                "has_module_perms": True,
                "models": [found for found in models if self._section(found["model"]) == name],
            }
            for name in SECTIONS
        ]
        return [section for section in sections if section["models"]]

    def _section(self, model: Any) -> str:
        return self._registry[model].section
