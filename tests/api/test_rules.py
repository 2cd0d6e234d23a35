"""Rules by the API: each with its law by edition, its question, and its cases."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from grants.compliance.case import cases_of
from grants.compliance.rule import RULES
from tests.builders import Office

pytestmark = pytest.mark.django_db
Signed = Callable[[Any], APIClient]


def test_every_rule_is_listed_with_what_it_rests_on(office: Office, as_person: Signed) -> None:
    listed = as_person(office.auditor).get("/api/v1/rules/").json()
    assert [rule["code"] for rule in listed] == list(RULES)
    for rule in listed:
        assert (rule["judged_by"] == "person") == (rule["asks"] is not None) == (rule["cases"] == [])
        assert [case["name"] for case in rule["cases"]] == [case.name for case in cases_of(rule["code"])]
        assert [number["code"] for number in rule["law"]] == list(RULES[rule["code"]].law)


def test_a_computed_rule_has_the_editions_of_its_law_and_its_cases(office: Office, as_person: Signed) -> None:
    rule = as_person(office.auditor).get("/api/v1/rules/ug-indirect-de-minimis/").json()
    [rate] = [number for number in rule["law"] if number["code"] == "indirect_costs.de_minimis_rate"]
    assert [(edition["starts_on"], edition["value"]) for edition in rate["editions"]][-1] == (
        "2024-10-01",
        "0.15",
    )
    assert all(edition["source"] for edition in rate["editions"])
    assert {case["is_breach"] for case in rule["cases"]} == {True, False}
    assert any(case["says"] for case in rule["cases"] if case["is_breach"])


def test_an_attested_rule_says_what_is_asked_of_whom_when_and_about_which_subawards(
    office: Office, as_person: Signed
) -> None:
    rule = as_person(office.auditor).get("/api/v1/rules/ug-fixed-amount-completion-certification/").json()
    asks = rule["asks"]
    assert asks.pop("words") == rule["question"]
    assert asks == {
        "about": "subaward",
        "of": "subrecipient",
        "at": "closeout",
        "kinds": [],
        "payment_methods": ["fixed_amount", "not_recorded"],
    }
