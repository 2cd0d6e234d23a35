"""The pages of buttons: confirm, do, say what came of it. Only they change a thing at the desk."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from grants.desk.buttons import Begin, Button, Lead
from grants.desk.forms import Waiting
from grants.desk.told import Told
from grants.desk.who import may_here
from grants.kernel.roles import roles_that_may

MOST_AT_ONCE = 500
MOST_CHOICES = 100


class ButtonPages(admin.ModelAdmin):
    """What gives a list and its records their buttons."""

    buttons: tuple[Button, ...] = ()
    begins: tuple[Begin, ...] = ()
    leads: tuple[Lead, ...] = ()
    headline: tuple[Callable[[Any], Any], ...] = ()
    change_form_template = "admin/desk/record.html"
    list_before_template = "admin/desk/begins.html"

    def get_urls(self) -> list[URLPattern]:
        """The admin's own addresses, after those of the buttons."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("begin/<str:verb>/", wrap(self.begin), name=f"{name}_begin"),
            path("<path:object_id>/do/<str:verb>/", wrap(self.press), name=f"{name}_do"),
            path("<path:object_id>/do/<str:verb>/sample/<slug:name>.csv", wrap(self.sample)),
            *super().get_urls(),
        ]

    def button(self, verb: str) -> Button:
        """The button of a verb. Raises Http404 when there is none."""
        for button in self.buttons:
            if button.verb == verb:
                return button
        raise Http404

    def address(self, record: models.Model, page: str = "change", *more: str) -> str:
        """The address of a page of a record."""
        opts = record._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[record.pk, *more])

    # One record.

    def press(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        """Show what a button will do, and on POST do it. A refusal stands on the form; nothing is lost."""
        button = self.button(verb)
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not may_here(request, button.needs, record):
            return self._refused(request, button, record)
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = button.form(*posted, record=record, by=request.user)
        if posted and form.is_valid():
            result = form.attempt(button.act, record, by=request.user)
            if form.is_valid() and not form.problems:
                if isinstance(result, Waiting):
                    return redirect(result.address)
                messages.success(request, f"{button.label}: done. {record}")
                return redirect(self._after(request, record, result))
        given = {
            "says": button.sentence(record),
            "told": self.told(record),
            "guide": Told(tables=form.guide()),
        }
        return self._page(request, "press", button=button, form=form, record=record, **given)

    def _refused(self, request: HttpRequest, button: Button, record: models.Model | None) -> HttpResponse:
        """Say what may not be done, which roles may do it, and where the record stands."""
        roles = ", ".join(sorted(str(role.label).lower() for role in roles_that_may(button.needs)))
        given = {"button": button, "record": record, "roles": roles}
        if record is not None:
            given["address"] = self.address(record)
        answer = self._page(request, "refused", **given)
        answer.status_code = 403
        return answer

    def sample(self, request: HttpRequest, object_id: str, verb: str, name: str) -> HttpResponse:
        """A file to begin from, for a button that asks for one."""
        button, record = self.button(verb), self.get_object(request, unquote(object_id))
        if record is None or not may_here(request, button.needs, record):
            raise Http404
        text = button.form(record=record, by=request.user).samples().get(name)
        if text is None:
            raise Http404
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)

    def told(self, record: Any, *, on_its_page: bool = False) -> Told | None:
        """What is told of the record before someone decides on it, and on its own page."""
        return None

    def choice(self, record: Any) -> str:
        """A record as it stands among others to choose from."""
        return str(record)

    def in_line(self, record: Any) -> str:
        """A record in one line, as someone sees it who decides on many."""
        return str(record)

    def _after(self, request: HttpRequest, record: models.Model, result: Any) -> str:
        """Where to go when it is done: to what was made if the desk shows it, else back to the record."""
        if isinstance(result, models.Model) and result.pk and self.admin_site.is_registered(type(result)):
            owner = self.admin_site.get_model_admin(type(result))
            if owner.get_object(request, str(result.pk)):
                return self.address(result)
        return self.address(record)

    def headline_of(self, request: HttpRequest, record: models.Model) -> list[tuple[str, Any]]:
        """The figures at the head of a record's page, with their words."""
        return [(figure.short_description, figure(record)) for figure in self.headline]  # type: ignore[attr-defined]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A record's page, with the buttons the person may press on it now."""
        record = self.get_object(request, unquote(object_id)) if object_id else None
        more: dict[str, Any] = {}
        if record is not None:
            more["headline"] = self.headline_of(request, record)
            more["told"] = self.told(record, on_its_page=True)
            more["buttons"] = [
                (button.label, self.address(record, "do", button.verb))
                for button in self.buttons
                if may_here(request, button.needs) and button.is_fit(record, request.user)
            ]
            more["leads"] = [(lead.label, _led_to(lead, record)) for lead in self.leads]
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **more})

    # Several records.

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The buttons that may be pressed on several selected records at once."""
        return {
            button.verb: (partial(_press_many, button=button), button.verb, button.label)
            for button in self.buttons
            if button.in_bulk and may_here(request, button.needs)
        }

    def press_many(self, request: HttpRequest, records: models.QuerySet, button: Button) -> HttpResponse:
        """Do one thing to each selected record, each in a transaction of its own; say what came of each."""
        chosen = list(records[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            messages.error(request, f"Choose at most {MOST_AT_ONCE} at a time; nothing was done.")
            return redirect(request.get_full_path())
        is_confirmed = "confirmed" in request.POST
        form = button.form(request.POST if is_confirmed else None, by=request.user)
        given = {
            "button": button,
            "form": form,
            "says": button.sentence(),
            "chosen": [(self.in_line(record), self.address(record)) for record in chosen],
            "chosen_ids": [record.pk for record in chosen],
        }
        if not (is_confirmed and form.is_valid()):
            return self._page(request, "press_many", **given)
        outcomes = [(record, self._outcome(request, button, record)) for record in chosen]
        refused = [(record, sentence) for record, sentence in outcomes if sentence]
        return self._page(request, "done_many", **given, refused=refused, done=len(chosen) - len(refused))

    def _outcome(self, request: HttpRequest, button: Button, record: models.Model) -> str:
        """Why it was not done to one record; nothing when it was."""
        form = button.form(request.POST, record=record, by=request.user)
        if not form.is_valid():
            return " ".join(form.sentences())
        try:
            form.attempt(button.act, record, by=request.user)
        except PermissionDenied:
            return "You may not do this here."
        return " ".join(form.sentences())

    # Lists.

    def begin(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Choose the record on which a button above the list is pressed; straight there if there is one."""
        on = request.GET.get("on")
        found = (begin for begin in self.begins if begin.verb == verb and on in (None, begin.on))
        begin = next(found, None)
        if begin is None:
            raise Http404
        model = apps.get_model(begin.on)
        owner = cast(ButtonPages, self.admin_site.get_model_admin(model))
        button, asked = owner.button(verb), request.GET.get("q", "").strip()
        if not may_here(request, button.needs):
            return self._refused(request, button, None)
        every = button.fit(model, request.user)
        among = owner.get_search_results(request, every, asked)[0].distinct() if asked else every
        fit = list(among.order_by(*(owner.ordering or ("pk",)))[: MOST_CHOICES + 1])
        if len(fit) == 1 and not asked:
            return redirect(self.address(fit[0], "do", verb))
        choices = [(owner.choice(record), self.address(record, "do", verb)) for record in fit[:MOST_CHOICES]]
        given = {"choices": choices, "is_more": len(fit) > MOST_CHOICES, "asked": asked, "on": begin.on}
        return self._page(request, "begin", begin=begin, **given)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with what can be begun from it."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_begin"
        begins = [
            (begin.label, f"{reverse(name, args=[begin.verb])}?on={begin.on}")
            for begin in self._begins(request)
        ]
        return super().changelist_view(request, {**(extra_context or {}), "begins": begins})

    def _begins(self, request: HttpRequest) -> list[Begin]:
        """What the person may begin from this list."""
        owners = {
            begin: cast(ButtonPages, self.admin_site.get_model_admin(apps.get_model(begin.on)))
            for begin in self.begins
        }
        return [begin for begin, owner in owners.items() if may_here(request, owner.button(begin.verb).needs)]

    def _page(self, request: HttpRequest, template: str, **given: Any) -> TemplateResponse:
        button = given.get("button") or given["begin"]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": button.label,
            "media": self.media + given["form"].media if "form" in given else self.media,
            **given,
        }
        return TemplateResponse(request, f"admin/desk/{template}.html", context)


def offer(model: type[models.Model], button: Button) -> None:
    """Put a button on the pages of records that belong to the left of its action."""
    owner = cast(ButtonPages, admin.site.get_model_admin(model))
    owner.buttons = (*owner.buttons, button)


def offer_lead(model: type[models.Model], lead: Lead) -> None:
    """Put a way on the pages of records that belong to the left of what it leads to."""
    owner = cast(ButtonPages, admin.site.get_model_admin(model))
    owner.leads = (*owner.leads, lead)


def _led_to(lead: Lead, record: models.Model) -> str:
    if lead.by:
        return f"{reverse(f'admin:{lead.to}_changelist')}?{lead.by}={record.pk}"
    return reverse(f"admin:{lead.to}", args=[record.pk])


def _press_many(desk: Any, request: HttpRequest, records: models.QuerySet, *, button: Button) -> HttpResponse:
    return desk.press_many(request, records, button)
