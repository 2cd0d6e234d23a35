"""Attestations: who may say what, and that a word once given stays."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from grants.compliance.answering import Answers
from grants.compliance.attestation import (
    Attestation,
    Word,
    attest_for_program,
    attest_for_subaward,
    questions_about,
    questions_on,
)
from grants.compliance.requirement import REQUIREMENTS, Moment, Side, Subject
from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.kernel.trail import TrailEntry
from tests.builders import Office, a_party, a_person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def a_code(of, at=Moment.AWARD, about=Subject.SUBAWARD, family="slfrf"):
    """Some requirement of which one side is asked."""
    return next(
        code
        for code, each in REQUIREMENTS.items()
        if each.question
        and (each.question.of, each.question.at, each.question.about) == (of, at, about)
        and each.holds_for(family)
    )


@pytest.fixture
def county():
    office = Office()
    party = a_party(keeper=office.agency)
    subaward = office.a_subaward(subrecipient=party, ends_on=date(2026, 12, 31))
    return office, subaward, a_person(Role.CERTIFIER, party), a_person(Role.PREPARER, party)


def test_a_certifier_answers_for_her_subaward_and_it_is_in_the_trail(county):
    _, subaward, certifier, _ = county
    code = a_code(Side.SUBRECIPIENT)
    (kept,) = attest_for_subaward(subaward, words=[Word(code, "yes")], by=certifier)
    assert (kept.subaward, kept.program, kept.answered_by) == (subaward, subaward.program, certifier)
    assert TrailEntry.objects.filter(verb="subaward.attest").count() == 1
    (asked,) = [e for e in questions_about(subaward, Side.SUBRECIPIENT, today=TODAY) if e.code == code]
    assert asked.answered == kept


def test_neither_side_speaks_for_the_other(county):
    office, subaward, certifier, preparer = county
    theirs, ours = Word(a_code(Side.SUBRECIPIENT), "yes"), Word(a_code(Side.AGENCY), "yes")
    for word, person in ((theirs, office.program_officer), (ours, certifier)):
        with pytest.raises(Refusal) as refusal:
            attest_for_subaward(subaward, words=[word], by=person)
        assert refusal.value.code == "not-asked"
    for person in (preparer, office.auditor, a_person(Role.CERTIFIER, a_party())):
        with pytest.raises(PermissionDenied):
            attest_for_subaward(subaward, words=[theirs], by=person)
    attest_for_subaward(subaward, words=[ours], by=office.program_officer)
    assert Attestation.objects.count() == 1


def test_several_words_are_kept_together_or_not_at_all(county):
    _, subaward, certifier, _ = county
    words = [Word(a_code(Side.SUBRECIPIENT), "yes"), Word("ug-nothing", "yes")]
    with pytest.raises(Refusal):
        attest_for_subaward(subaward, words=words, by=certifier)
    assert not Attestation.objects.exists()


def test_a_no_without_a_reason_is_refused(county):
    _, subaward, certifier, _ = county
    with pytest.raises(ValidationError, match="Say why"):
        attest_for_subaward(subaward, words=[Word(a_code(Side.SUBRECIPIENT), "no")], by=certifier)


def test_a_yearly_question_wants_its_year_and_the_others_none(county):
    _, subaward, certifier, _ = county
    yearly = a_code(Side.SUBRECIPIENT, Moment.YEARLY)
    for word in (Word(yearly, "yes"), Word(a_code(Side.SUBRECIPIENT), "yes", 2025)):
        with pytest.raises(Refusal, match="for which year"):
            attest_for_subaward(subaward, words=[word], by=certifier)
    attest_for_subaward(subaward, words=[Word(yearly, "yes", 2025)], by=certifier)


def test_a_question_of_another_family_is_not_asked(county):
    office, subaward, _, _ = county
    asked = {each.code for each in questions_on(subaward.program, today=TODAY)}
    assert asked
    assert all(REQUIREMENTS[code].holds_for("slfrf") for code in asked)
    foreign = next(
        code for code, each in REQUIREMENTS.items() if each.question and not each.holds_for("slfrf")
    )
    with pytest.raises(Refusal, match="Nothing is asked here"):
        attest_for_program(subaward.program, words=[Word(foreign, "yes")], by=office.program_officer)


@pytest.mark.parametrize(
    ("code", "side", "concerned", "other"),
    [
        (
            "ug-for-profit-subrecipient-terms",
            Side.AGENCY,
            {"kind": "provider"},
            {"kind": "county"},
        ),
        (
            "ug-fixed-amount-completion-certification",
            Side.SUBRECIPIENT,
            {"payment_method": "fixed_amount"},
            {"payment_method": "reimbursement"},
        ),
    ],
)
def test_a_question_is_asked_only_of_the_subawards_that_it_concerns(code, side, concerned, other):
    office = Office()
    for given, is_asked in ((concerned, True), (other, False)):
        party = a_party(given.get("kind", "county"), keeper=office.agency)
        paid = {name: value for name, value in given.items() if name != "kind"}
        subaward = office.a_subaward(subrecipient=party, ends_on=date(2026, 10, 31), **paid)
        person = office.program_officer if side is Side.AGENCY else a_person(Role.CERTIFIER, party)
        asked = {each.code for each in questions_about(subaward, side, today=TODAY)}
        assert (code in asked) is is_asked
        if is_asked:
            assert attest_for_subaward(subaward, words=[Word(code, "yes")], by=person)
        else:
            with pytest.raises(Refusal, match="other kinds of subawards"):
                attest_for_subaward(subaward, words=[Word(code, "yes")], by=person)


def test_closeout_is_asked_once_the_last_day_is_over(county):
    _, subaward, _, _ = county
    code = a_code(Side.SUBRECIPIENT, Moment.CLOSEOUT)
    for today, is_asked in ((date(2026, 12, 31), False), (date(2027, 1, 1), True)):
        asked = {each.code for each in questions_about(subaward, Side.SUBRECIPIENT, today=today)}
        assert (code in asked) is is_asked


def test_the_form_gives_only_what_is_new_and_wants_reasons(county):
    _, subaward, certifier, _ = county
    asked = questions_about(subaward, Side.SUBRECIPIENT, today=TODAY)
    attest_for_subaward(subaward, words=[Word(asked[0].code, "yes", asked[0].year)], by=certifier)

    def filled(**given):
        form = Answers({"answer-0": "yes", **given})
        form.ask(questions_about(subaward, Side.SUBRECIPIENT, today=TODAY))
        return form

    form = filled(**{"answer-1": "no", "explanation-1": "Not yet."})
    assert form.is_valid(), form.errors
    assert form.words() == [Word(asked[1].code, "no", asked[1].year, "Not yet.")]
    assert "explanation-1" in filled(**{"answer-1": "no"}).errors
    assert filled().non_field_errors() == ["Nothing was answered or changed."]
    assert "answer-0" in filled(**{"answer-0": ""}).errors


def test_the_money_of_the_state_is_asked_only_what_state_law_asks():
    asked = {
        code
        for code, each in REQUIREMENTS.items()
        if each.question and each.holds_for("state-broadband", is_federal=False)
    }
    assert {"-".join(code.split("-")[:2]) for code in asked} == {"state-broadband"}
