"""The kit of rules: books that are exact, sentences that read well, and rules that name what they found."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from grants.compliance.books import Books
from grants.compliance.frames import FRAMES
from grants.compliance.law import law
from grants.compliance.requirement import REQUIREMENTS, requirements_in
from grants.compliance.rule import RULES, Rule, Severity, judge, rule
from grants.compliance.sentences import told
from grants.compliance.shares import least, least_match, most
from tests.compliance.cases import books_of

TODAY = date(2026, 11, 23)
COMPUTED = [code for code in RULES if not RULES[code].is_attested]


def test_books_without_rows_break_no_rule():
    assert judge(Books(as_of=TODAY), law) == []


def test_the_clean_sample_breaks_no_rule():
    assert judge(books_of({"expenditures": [{}], "payments": [{}]}), law, codes=COMPUTED) == []


def test_every_frame_of_the_table_is_a_field_of_the_books():
    books = Books(as_of=TODAY)
    for name, frame in FRAMES.items():
        assert list(getattr(books, name).columns) == list(frame.columns)
        assert getattr(books, name).index.name == frame.subject


def test_a_breach_names_the_line_and_keeps_its_figures():
    costs = [[date(2026, 1, 1), "supplies", Decimal("10.00")]]
    (breach,) = judge(books_of({"costs": costs}), law, codes=COMPUTED)
    assert (breach.rule, breach.subject, breach.id) == ("ug-cost-within-period", "expenditure", 1)
    assert breach.severity is Severity.BLOCK
    assert breach.evidence == {
        "incurred_on": date(2026, 1, 1),
        "starts_on": date(2025, 1, 1),
        "ends_on": date(2025, 12, 31),
    }


def test_two_breaches_of_one_subaward_are_told_apart():
    actions = [{"award": award, "amount": Decimal("30000.00")} for award in (1, 2)]
    books = books_of({"awards": [{}, {"fain": "FA-2"}], "obligations": actions})
    breaches = judge(books, law, codes=["ffata-subaward-threshold"])
    assert [(breach.id, breach.part) for breach in breaches] == [(1, "FA-1"), (1, "FA-2")]
    assert breaches[0].evidence["amount_reported_first"] == Decimal("30000.00")


def test_money_that_is_not_whole_cents_is_refused():
    rows = pd.DataFrame({"award": [1], "amount": [10.5]}, index=[1])
    with pytest.raises(ValueError, match=r"administration\.amount must be whole numbers"):
        Books(as_of=TODAY, administration=rows)


def test_a_frame_that_lacks_a_column_is_refused():
    with pytest.raises(ValueError, match="The frame administration lacks amount"):
        Books(as_of=TODAY, administration=pd.DataFrame({"award": [1]}, index=[1]))


def test_a_flag_that_is_not_known_is_refused():
    rows = pd.DataFrame(
        {
            "award": [1],
            "subaward": [1],
            "party": ["x"],
            "is_local": [None],
            "is_rural": [True],
            "passed_on": [None],
            "amount": [1],
        },
        index=[1],
    )
    with pytest.raises(ValueError, match="true or false in every row"):
        Books(as_of=TODAY, passed_down=rows)


def test_two_rows_of_one_identifier_are_refused():
    with pytest.raises(ValueError, match="two rows of one identifier"):
        Books(as_of=TODAY, administration=pd.DataFrame({"award": [1, 1], "amount": [1, 2]}, index=[1, 1]))


def test_a_line_of_a_subaward_that_is_not_in_the_books_is_refused():
    books = books_of({"expenditures": [{"subaward": 99}]})
    with pytest.raises(ValueError, match="Row 1 of expenditures has a subaward not in the books"):
        judge(books, law, codes=["ug-cost-within-period"])


def test_a_subaward_of_state_money_alone_has_no_federal_award_to_lead_to():
    books = books_of({"subawards": [{"award": 1}, {"award": None}]})
    joined = books.joined("subawards", "award", "fain", "received_on", "is_multi_entity")
    assert joined.fain.tolist() == ["FA-1", ""]
    assert joined.received_on.isna().tolist() == [False, True]
    assert joined.is_multi_entity.tolist() == [False, False]


def test_the_sentence_shows_dollars_percents_counts_and_days():
    rows = pd.DataFrame(
        {
            "amount": [123456789, -5],
            "share": [2500, 333],
            "places": [2322, 0],
            "day": pd.to_datetime(["2026-03-01", None]),
        }
    )
    sentences = [sentence for sentence, _ in told("{amount:$}, {share:%}, {places:n}, {day}", rows)]
    assert sentences == [
        "$1,234,567.89, 25 percent, 2,322, March 1, 2026",
        "-$0.05, 3.33 percent, 0, not recorded",
    ]


def test_a_number_in_a_sentence_must_say_what_it_is():
    with pytest.raises(TypeError, match="dollars, percent or count"):
        list(told("{amount}", pd.DataFrame({"amount": [100]})))


def test_a_text_with_braces_is_shown_as_it_is():
    rows = pd.DataFrame({"party": ["{amount:$} County"], "amount": [100]})
    assert next(told("{party} got {amount:$}", rows))[0] == "{amount:$} County got $1.00"


def test_a_mark_that_is_not_known_is_refused_when_the_rule_is_declared():
    with pytest.raises(ValueError, match="cannot show “euro”"):
        rule("ug-sample", "Sample", says="{amount:euro}", reads={})


def test_a_column_that_no_frame_has_is_refused_when_the_rule_is_declared():
    with pytest.raises(ValueError, match="The frame awards has no colour"):
        rule("ug-sample", "Sample", says="Sample.", reads={"awards": "fain colour"})


def test_rows_that_are_not_of_the_books_are_refused():
    some = REQUIREMENTS["ug-cost-within-period"]
    loose = Rule("Loose", some, "Loose.", {}, lambda books, law: pd.DataFrame({"a": [1]}))
    with pytest.raises(TypeError, match="ug-cost-within-period must return rows of the books"):
        loose.judge(Books(as_of=TODAY), law)


def test_an_unknown_rule_is_named():
    with pytest.raises(KeyError, match="There is no rule “ug-nothing”"):
        judge(Books(as_of=TODAY), law, codes=["ug-nothing"])
    assert "ug-cost-within-period" in RULES


@pytest.mark.parametrize("base", [0, 1, 99, 100, 803737400, 99_999_999_999_999])
@pytest.mark.parametrize("share", [0, 1, 500, 2500, 7500, 8000, 9999])
def test_floors_and_caps_meet_the_exact_comparison_and_not_one_cent_beside_it(base, share):
    floor, cap, match = least(base, share), most(base, share), least_match(base, share)
    assert floor * 10_000 >= base * share > (floor - 1) * 10_000
    assert cap * 10_000 <= base * share < (cap + 1) * 10_000
    assert match * (10_000 - share) >= base * share > (match - 1) * (10_000 - share)
    column = pd.Series([base])
    assert (least(column, share)[0], most(column, share)[0]) == (floor, cap)
    assert least_match(column, share)[0] == match


def test_a_sentence_says_the_half_for_which_it_knows_the_columns():
    rows = pd.DataFrame({"came_on": pd.to_datetime(["2025-08-01", None]).astype("datetime64[s]")})
    says = "It was due. [It came on {came_on}.|It has not come.]"
    assert [sentence for sentence, _ in told(says, rows)] == [
        "It was due. It came on August 1, 2025.",
        "It was due. It has not come.",
    ]


REQUIREMENT = """
[ug-sample]
title = "Sample"
level = "subaward"
cites = "2 CFR 200.1"
severity = "error"
demands = "It must be so from {procurement.micro_purchase_threshold} on."
fix = "Make it so."
confidence = "verified"
source = "Text"
law = ["closeout.recipient_days"]
"""


def test_a_requirement_shows_the_legal_numbers_that_it_names(tmp_path):
    (tmp_path / "sample.toml").write_text(REQUIREMENT)
    sample = requirements_in(tmp_path)["ug-sample"]
    assert sample.demands.startswith("It must be so from $15,000 (")
    assert sample.law == ("closeout.recipient_days", "procurement.micro_purchase_threshold")


@pytest.mark.parametrize("known", ["procurement.micro_purchase_threshold", "closeout.recipient_days"])
def test_a_requirement_that_names_an_unknown_number_is_not_read(tmp_path, known):
    (tmp_path / "sample.toml").write_text(REQUIREMENT.replace(known, "closeout.no_such_number"))
    with pytest.raises(ValueError, match=r"ug-sample: .*no legal number “closeout\.no_such_number”"):
        requirements_in(tmp_path)
