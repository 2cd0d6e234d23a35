"""Requirements that rest on a person's word: asked at their moment, answered, refused, or passed over."""

from datetime import date
from pathlib import Path

import pytest

from grants.compliance import requirement
from grants.compliance.law import law
from grants.compliance.requirement import Moment, Question, Requirement, Side, Subject
from grants.compliance.rule import RULES, Severity
from grants.compliance.rules.attested import attested
from grants.parties.models import PartyKind
from grants.subawards.models import PaymentMethod
from tests.compliance.cases import books_of

ASKED = [code for code in RULES if RULES[code].is_attested]
WORDS = "Is it so?"


def asked(about=Subject.SUBAWARD, at=Moment.AWARD, families=(), **narrowed):
    """A requirement with a question, made for the test."""
    question = Question(WORDS, about, Side.AGENCY, at, **narrowed)
    sample = Requirement(
        "ug-sample", "Sample", families, "subaward", "2 CFR 200.1", Severity.ERROR, "It must be so.",
        "Make it so.", "verified", "Text", "", question,
    )  # fmt: skip
    return attested(sample, question)


def found(rule, **case):
    """Subject, identifier and severity of what the rule finds."""
    books = books_of(case).narrowed(rule.reads)
    return [(each.subject, each.id, each.severity.name) for each in rule.judge(books, law)]


def said(answer="yes", **more):
    return {"requirement": "ug-sample", "subaward": 1, "answer": answer} | more


@pytest.mark.parametrize("code", ASKED)
def test_every_question_unanswered_is_a_warning_or_a_note_and_answered_is_none(code):
    rule = RULES[code]
    question = rule.requirement.question
    family = (rule.families or ("slfrf",))[0]
    closed = question.at is Moment.CLOSEOUT
    case = {
        "programs": [{"family": family, "stage": "closed" if closed else "open"}],
        "subawards": [{"family": family, "is_closed": closed, "ends_on": date(2026, 12, 31)}],
        "parties": [{"kind": min(question.kinds, default="county")}],
    }
    case["subawards"][0]["payment_method"] = min(question.payment_methods, default="reimbursement")
    (silence,) = rule.judge(books_of(case).narrowed(rule.reads), law)
    assert (silence.subject, silence.id) == ("program", 1)
    assert silence.severity <= Severity.WARNING
    assert "obody has answered" in silence.sentence
    assert "?" in silence.sentence
    year = 2025 if question.at is Moment.YEARLY else 0
    about = None if question.about is Subject.PROGRAM else 1
    yes = {"requirement": code, "subaward": about, "year": year}
    assert found(rule, **case, answers=[yes]) == []
    no = yes | {"answer": "no", "explanation": "Not yet."}
    subject = "program" if about is None else "subaward"
    assert found(rule, **case, answers=[no]) == [(subject, 1, rule.severity.name)]


def test_the_last_word_counts():
    rule = asked()
    answers = [said("no", answered_on=date(2025, 3, 1)), said("yes", answered_on=date(2025, 3, 2))]
    assert found(rule, answers=answers) == []
    assert found(rule, answers=answers[::-1]) == []
    later = [said("yes", answered_on=date(2025, 3, 1)), said("no", answered_on=date(2025, 3, 1))]
    assert found(rule, answers=later) == [("subaward", 1, "ERROR")]


def test_a_word_about_the_program_speaks_for_the_subawards_issued_by_then():
    rule = asked()
    subawards = [{"issued_on": date(2025, 2, 1)}, {"number": "S-2", "issued_on": date(2025, 2, 2)}]
    word = said(subaward=None, answered_on=date(2025, 2, 1))
    (silence,) = rule.judge(books_of({"subawards": subawards, "answers": [word]}), law)
    assert silence.sentence == "Nobody has answered for 1 subaward, S-2: Is it so?"


def test_several_subawards_without_a_word_are_one_finding_of_their_program():
    rule = asked()
    subawards = [{"number": "S-9"}, {"number": "S-10"}, {"number": "S-11"}]
    (silence,) = rule.judge(books_of({"subawards": subawards, "answers": [said()]}), law)
    assert silence.sentence == "Nobody has answered for 2 subawards, the first of them S-10: Is it so?"


def test_a_no_says_who_and_why():
    (refused,) = asked().judge(books_of({"answers": [said("no", explanation="No template yet.")]}), law)
    assert refused.sentence == (
        "Sample Person has said that this is not so: It must be so. Explanation: No template yet."
    )


@pytest.mark.parametrize(
    ("subaward", "finds"),
    [
        ({"issued_on": date(2025, 12, 31), "ends_on": date(2027, 1, 1)}, 1),
        ({"issued_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1)}, 0),
        ({"ends_on": date(2025, 1, 1)}, 1),
        ({"ends_on": date(2024, 12, 31)}, 0),
        ({"ends_on": None}, 1),
        ({"ends_on": date(2027, 1, 1), "is_closed": True}, 0),
    ],
)
def test_what_is_asked_every_year_is_asked_of_those_open_in_the_last_one(subaward, finds):
    rule = asked(at=Moment.YEARLY)
    assert len(found(rule, subawards=[{"issued_on": date(2024, 1, 1)} | subaward])) == finds


def test_the_word_of_another_year_does_not_count():
    rule = asked(at=Moment.YEARLY)
    assert found(rule, answers=[said(year=2025)]) == []
    assert found(rule, answers=[said(year=2024)]) == [("program", 1, "WARNING")]


@pytest.mark.parametrize(("as_of", "finds"), [(date(2026, 3, 31), 0), (date(2026, 4, 1), 1)])
def test_what_is_asked_at_closeout_waits_until_the_final_report_is_due(as_of, finds):
    rule = asked(at=Moment.CLOSEOUT)
    assert len(found(rule, as_of=as_of, subawards=[{"ends_on": date(2025, 12, 31)}])) == finds


def test_a_program_of_another_family_or_paid_directly_or_in_draft_is_not_asked():
    rule = asked(families=("bead",))
    assert found(rule) == []
    for other in ({"is_passed_down": False}, {"stage": "draft"}):
        assert found(asked(), programs=[other]) == []
        assert found(asked(about=Subject.PROGRAM), programs=[other]) == []


@pytest.mark.parametrize(("kind", "finds"), [("provider", 1), ("county", 0)])
def test_a_question_for_some_kinds_of_parties_is_asked_of_no_other(kind, finds):
    rule = asked(kinds=frozenset(["provider"]))
    assert len(found(rule, parties=[{"kind": kind}])) == finds
    assert len(found(rule, parties=[{"kind": kind}], answers=[said("no")])) == finds


@pytest.mark.parametrize(("method", "finds"), [("fixed_amount", 1), ("reimbursement", 0)])
def test_a_question_for_some_ways_of_paying_is_asked_of_no_other(method, finds):
    rule = asked(payment_methods=frozenset(["fixed_amount"]))
    assert len(found(rule, subawards=[{"payment_method": method}])) == finds


def test_of_many_subawards_those_whom_it_concerns_are_counted():
    rule = asked(kinds=frozenset(["provider", "other"]), payment_methods=frozenset(["fixed_amount"]))
    parties = [{"kind": "county"}, {"kind": "provider"}, {"kind": "other"}]
    subawards = [
        {"number": f"S-{party}{method[0]}", "party": party, "payment_method": method}
        for party in (1, 2, 3)
        for method in ("fixed_amount", "advance")
    ]
    (silence,) = rule.judge(books_of({"parties": parties, "subawards": subawards}), law)
    assert silence.sentence == "Nobody has answered for 2 subawards, the first of them S-2f: Is it so?"


def test_questions_are_narrowed_by_kinds_and_ways_that_there_are():
    questions = [RULES[code].requirement.question for code in ASKED]
    assert set().union(*(each.kinds for each in questions)) <= set(PartyKind.values)
    assert set().union(*(each.payment_methods for each in questions)) <= set(PaymentMethod.values)
    assert any(each.kinds for each in questions)
    assert any(each.payment_methods for each in questions)


def test_a_question_about_programs_cannot_be_narrowed(tmp_path):
    table = (Path(requirement.__file__).parent / "requirements" / "subawards.toml").read_text()
    table = table[table.index("[ug-for-profit") : table.index("[ug-fixed-amount-subaward-cap]")]
    (tmp_path / "one.toml").write_text(table)
    assert requirement.requirements_in(tmp_path)
    (tmp_path / "one.toml").write_text(table.replace('about = "subaward"', 'about = "program"'))
    with pytest.raises(ValueError, match="only a question about subawards"):
        requirement.requirements_in(tmp_path)
