"""There is no second way to change the books at the desk: its forms write nothing."""

from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from grants.desk.base import Desk
from grants.kernel.roles import Role
from tests.builders import Office

MODELS = [model for model, desk in admin.site._registry.items() if isinstance(desk, Desk)]


def _every_row() -> dict[str, Any]:
    """A mark of everything in every table of the product."""
    names = [
        name for name in connection.introspection.table_names() if name.startswith(("grants_", "reporting_"))
    ]
    marks = {}
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(f'SELECT count(*), sum(hashtext(t::text)::bigint) FROM "{name}" AS t')
            marks[name] = cursor.fetchone()
    return marks


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_posting_to_add_change_and_delete_pages_changes_nothing(as_: Any, office: Office, model: Any) -> None:
    subaward = office.a_subaward("1000.00", spent="100.00")
    office.a_round(subaward.program, {office.agency: "1.00"})
    everyone = office.administrator
    for role in (Role.FISCAL_OFFICER, Role.PROGRAM_OFFICER):
        everyone.memberships.create(party=office.agency, role=role, starts_on="2020-01-01")
    browser = as_(everyone)
    record = model.objects.visible_to(everyone).order_by("pk").first()
    key = record.pk if record else 1
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    given = {f.name: "1" for f in model._meta.fields} | {"name": "Changed", "_save": "Save", "post": "yes"}
    before = _every_row()
    for address in (
        reverse(f"{name}_add"),
        reverse(f"{name}_change", args=[key]),
        reverse(f"{name}_delete", args=[key]),
    ):
        answer = browser.post(address, given)
        assert answer.status_code in (302, 403)
    for verb in ("delete_selected", "no.such"):
        browser.post(
            reverse(f"{name}_changelist"), {"action": verb, "_selected_action": [key], "post": "yes"}
        )
    assert _every_row() == before


def test_the_framework_may_not_save_or_delete_through_the_desk(office: Office) -> None:
    desk = admin.site._registry[MODELS[0]]
    request = RequestFactory().post("/")
    for refused in (
        lambda: desk.save_model(request, office.agency, None, True),
        lambda: desk.delete_model(request, office.agency),
        lambda: desk.delete_queryset(request, type(office.agency).objects.all()),
    ):
        with pytest.raises(PermissionDenied):
            refused()
