"""What the pages of the site share: fields of forms, and where a person may go."""

from typing import Any

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from grants.desk.who import roles_of
from grants.kernel.roles import AT_THE_DESK

register = template.Library()

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.Select, "usa-select"),
    (forms.Textarea, "usa-textarea"),
    (forms.FileInput, "usa-file-input"),
    (forms.Widget, "usa-input"),
)


@register.filter
def usa(field: BoundField) -> SafeString:
    """The control of a field in the dress of the design system; red when it has errors."""
    widget = field.field.widget
    dress = next(name for kind, name in _CLASSES if isinstance(widget, kind))
    if field.errors and dress == "usa-input":
        dress += " usa-input--error"
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{own} {dress}".strip()})


@register.filter
def in_eights(digest: str) -> SafeString:
    """A hash that may be broken after every eight digits, for a narrow page."""
    eights = (digest[place : place + 8] for place in range(0, len(digest), 8))
    return format_html_join("", "{}<wbr>", ((part,) for part in eights))


@register.simple_tag(takes_context=True)
def places(context: Any) -> list[tuple[str, str, bool]]:
    """Where the person of a request may go: label, address, and whether she is there."""
    request: HttpRequest | None = context.get("request")
    if request is None or not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    roles = roles_of(request)
    known = []
    if not roles or roles - AT_THE_DESK:
        known.append(("Your grants", reverse("portal:home")))
    if roles & AT_THE_DESK:
        known.append(("The staff’s desk", reverse("admin:index")))
    return [(label, address, request.path.startswith(address)) for label, address in known]


@register.simple_tag
def official_state() -> str:
    """The state whose official site this is, where a setting names it."""
    return settings.OFFICIAL_STATE
