"""Subrecipient or contractor: told by characteristics of both sides, decided by a person with a reason."""

from typing import Any

import pytest

from grants.kernel.refusals import Refusal
from grants.subawards.actions import determine_role
from grants.subawards.characteristics import characteristics, kept, tally_of
from grants.subawards.models import Determination
from tests.builders import Office

OF_BOTH_SIDES = {each.code: "yes" for each in characteristics()}
OF_A_SUBRECIPIENT = {each.code: "yes" if each.role == "subrecipient" else "no" for each in characteristics()}


def test_each_side_has_its_five_characteristics_with_its_paragraph() -> None:
    paragraphs = [each.cites for each in characteristics()]
    assert paragraphs == [f"2 CFR 200.331({side})({number})" for side in "ab" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("changed", "suggested"),
    [
        ({}, None),
        ({"many_purchasers": "no"}, "subrecipient"),
        ({"many_purchasers": "unclear"}, "subrecipient"),
        ({"determines_eligibility": "no"}, "contractor"),
        ({"determines_eligibility": "no", "many_purchasers": "no"}, None),
    ],
)
def test_the_side_with_more_is_suggested_and_neither_when_even(
    changed: dict[str, str], suggested: str | None
) -> None:
    assert tally_of({**OF_BOTH_SIDES, **changed}).suggested == suggested


def test_every_characteristic_is_answered_and_none_that_nobody_asks() -> None:
    for answers, code in (
        ({**OF_BOTH_SIDES, "many_purchasers": ""}, "not-answered"),
        ({**OF_BOTH_SIDES, "many_purchasers": "maybe"}, "not-answered"),
        ({**OF_BOTH_SIDES, "likes_water": "yes"}, "unknown-characteristic"),
        ({}, "not-answered"),
    ):
        with pytest.raises(Refusal) as refusal:
            kept(answers, "contractor")
        assert refusal.value.code == code
    assert kept({}, "beneficiary") == {}


def determined(office: Office, subaward: Any, **given: Any) -> Determination:
    determination = Determination(
        **{
            "party": subaward.subrecipient,
            "subaward": subaward,
            "role": "contractor",
            "factors": OF_A_SUBRECIPIENT,
            "reason": "it only delivers",
            **given,
        }
    )
    return determine_role(subaward.program, determination, by=office.program_officer)


@pytest.mark.django_db
def test_a_person_may_decide_otherwise_and_both_stay_on_record(office: Office) -> None:
    decided = determined(office, office.a_subaward())
    decided.refresh_from_db()
    assert (decided.role, decided.factors["suggested"]) == ("contractor", "subrecipient")
    assert decided.factors["answers"] == OF_A_SUBRECIPIENT
    assert decided.factors["version"] == "characteristics/1"


@pytest.mark.django_db
def test_a_determination_is_about_a_subaward_of_the_party(office: Office) -> None:
    with pytest.raises(Refusal) as refusal:
        determined(office, office.a_subaward(), party=office.agency)
    assert refusal.value.code == "another-party"
