"""Ohio's books examined: what the rules find in them, each read against the records and found true.

The books hold what was published. Of the 62 announced subawards nothing more than the recipient, the amount,
the purpose and a day is known, and no report of theirs: that is what the findings say.
"""

from collections import Counter
from datetime import date

import pytest
from django.db import transaction

from demo.ohio.examined import examined
from demo.ohio.figures import STATE_PROGRAMS
from demo.ohio.people import the_state
from grants.compliance.examining import examine
from grants.compliance.models import Examination, Finding, Severity, Stage
from grants.subawards.models import Subaward

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 3, 31)
"""A day on which no later report than that of 2024 can be late, whenever the tests are run."""

FOUND = {
    "cpf-quarterly-report": 12,
    "slfrf-quarterly-report-due": 441,
    "slfrf-subaward-detail-threshold": 43,
    "state-broadband-program-parameters": 1,
    "ug-exclusion-check-subaward": 62,
    "ug-risk-assessment-required": 62,
    "ug-subaward-closeout-terms": 62,
    "ug-subaward-element-agency-and-contact": 62,
    "ug-subaward-element-budget-period": 62,
    "ug-subaward-element-fain": 2,
    "ug-subaward-element-federal-award-date": 2,
    "ug-subaward-element-indirect-rate": 62,
    "ug-subaward-element-period-of-performance": 62,
    "ug-subaward-element-uei": 62,
    "ug-subaward-flow-down-terms": 62,
    "ug-subaward-records-access": 62,
    "ug-subrecipient-contractor-determination": 62,
    "ug-uei-before-subaward": 57,
}
"""How often each computed rule is broken; every one of these is an error."""

ASKED_OF_EACH = (
    "ffata-executive-compensation",
    "ffata-system-of-record",
    "ug-adjust-own-records",
    "ug-advance-minimum-cash",
    "ug-budget-change-prior-approval",
    "ug-certification-payment-and-report",
    "ug-construction-bonding",
    "ug-cost-allowability",
    "ug-cost-price-analysis",
    "ug-equipment-records-and-inventory",
    "ug-equipment-threshold",
    "ug-exclusion-check-contract",
    "ug-expended-basis",
    "ug-for-profit-subrecipient-terms",
    "ug-mandatory-disclosure",
    "ug-match-criteria",
    "ug-match-in-kind-valuation",
    "ug-micro-purchase-threshold",
    "ug-negotiated-rate-accepted",
    "ug-noncompetitive-justification",
    "ug-payroll-documentation",
    "ug-procurement-state-vs-local",
    "ug-program-income-first",
    "ug-program-income-method",
    "ug-reimbursement-30-days",
    "ug-retainage-not-paid",
    "ug-risk-assessment-factors",
    "ug-sefa-notes",
    "ug-sefa-pass-through-identification",
    "ug-simplified-acquisition-threshold",
    "ug-subaward-element-research-and-development",
    "ug-subaward-identified",
)
"""Questions that nobody has answered on any of the four programs with federal subawards."""

ASKED_OF_SOME = {
    "baba-infrastructure": 1,
    "bead-award-priority": 1,
    "bead-eligible-entity-reports": 1,
    "bead-location-disposition": 1,
    "cpf-eligibility-test": 1,
    "cpf-labor-questions-5m": 1,
    "neu-cap-excess-returned": 1,
    "neu-distribution-30-days": 1,
    "neu-no-extra-conditions": 1,
    "neu-population-share": 1,
    "neu-unclaimed-share-policy": 1,
    "slfrf-alternative-compliance-examination": 4,
    "slfrf-broadband-affordability": 3,
    "slfrf-capital-expenditure-justification": 3,
    "slfrf-cpf-broadband-uniform-guidance-exceptions": 5,
    "slfrf-iija-match-category": 3,
    "slfrf-interest-exception": 7,
    "slfrf-labor-reporting-10m": 3,
    "slfrf-premium-pay-caps": 3,
    "slfrf-prohibited-uses": 3,
    "slfrf-recovery-plan": 3,
    "slfrf-reporting-tier": 4,
    "slfrf-revenue-loss-standard-allowance": 4,
    "state-broadband-no-duplicate-funding": 4,
}
"""Questions of one law alone, by the number of its programs, of which the same is true."""

SENTENCES = {
    "slfrf-quarterly-report-due": "Treasury wants the figures for 2021-Q4 by January 31, 2022. The report of "
    "this subaward has not come.",
    "slfrf-subaward-detail-threshold": "$1,400,000.00 is obligated to Syracuse Racine Regional Sewer "
    "District; from $50,000.00 Treasury wants the subrecipient’s UEI or tax number, and neither is recorded.",
    "ug-exclusion-check-subaward": "Issued on November 30, 2021. No check of Syracuse Racine Regional Sewer "
    "District for suspension and debarment by that day is recorded.",
    "ug-risk-assessment-required": "No assessment of Syracuse Racine Regional Sewer District is recorded "
    "that covers both the risk of fraud and the risk that the terms are not kept.",
    "ug-subaward-closeout-terms": "Nothing on record shows that the agreement says how and by when the "
    "subaward is closed out.",
    "ug-subaward-element-agency-and-contact": "The federal agency is the Department of the Treasury. No "
    "awarding official of the agency that passes it on is recorded.",
    "ug-subaward-element-period-of-performance": "The first day of the work is not recorded. The last day of "
    "the work is not recorded.",
    "ug-subrecipient-contractor-determination": "Whether Syracuse Racine Regional Sewer District is a "
    "subrecipient or a contractor under this subaward is not recorded as decided.",
}
"""What is said of the first water subaward, OBW-001; of its reports, the first one."""


@pytest.fixture(scope="module")
def examination(figures, django_db_blocker):
    """The books examined as of one day, once for all tests; undone after the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        examine(as_of=AS_OF)
        yield
        transaction.set_rollback(True)


def open_findings():
    return Finding.objects.exclude(stage=Stage.CORRECTED)


def test_every_rule_finds_in_the_books_of_ohio_what_is_true_of_them(examination):
    asked = dict.fromkeys(ASKED_OF_EACH, 4) | ASKED_OF_SOME
    assert Counter(open_findings().values_list("rule", flat=True)) == FOUND | asked
    computed = open_findings().filter(rule__in=FOUND)
    assert set(computed.values_list("severity", flat=True)) == {Severity.ERROR}
    unanswered = open_findings().filter(rule__in=asked)
    assert set(unanswered.values_list("severity", flat=True)) == {Severity.NOTE, Severity.WARNING}
    assert set(unanswered.values_list("subject_kind", flat=True)) == {"program"}


def test_the_counts_are_those_of_the_records(examination):
    subawards = Subaward.objects.filter(is_sample=False)
    assert subawards.count() == FOUND["ug-subaward-element-uei"]
    large = subawards.filter(program__code__in=STATE_PROGRAMS, amount__gte=50_000)
    assert large.count() == FOUND["slfrf-subaward-detail-threshold"]
    parties = subawards.values("subrecipient").distinct()
    assert parties.count() == FOUND["ug-uei-before-subaward"]


@pytest.mark.parametrize("rule", sorted(SENTENCES))
def test_a_finding_says_what_where_by_which_law_and_what_to_do(examination, rule):
    of_water = open_findings().filter(rule=rule, subaward__number="OBW-001")
    finding = of_water.order_by("subject").first()
    assert finding.sentence == SENTENCES[rule]
    assert "OBW-001 to Syracuse Racine Regional Sewer District" in finding.subject
    assert finding.cites
    assert finding.fix.endswith(".")


def test_the_money_of_the_state_and_money_paid_directly_get_no_federal_questions(examination):
    about = open_findings().exclude(program=None)
    assert set(about.filter(program__code="orbeg-1").values_list("rule", flat=True)) == {
        "state-broadband-program-parameters"
    }
    assert not about.filter(program__is_sample=True).exists()
    assert not about.filter(program__route="direct").exists()


def test_a_program_without_subawards_is_asked_only_what_its_own_law_asks(examination):
    of_bead = open_findings().filter(program__code="bead")
    assert {rule.partition("-")[0] for rule in of_bead.values_list("rule", flat=True)} == {"bead"}


def test_a_question_of_every_year_names_the_year(examination):
    finding = open_findings().get(rule="ug-match-criteria", program__code="ohio-builds-water")
    assert finding.sentence.startswith(
        "For 2024 nobody has answered for 9 subawards, the first of them OBW-001: Did every contribution"
    )


def test_what_was_not_examined_is_said_in_words(examination):
    silent = Examination.objects.latest("pk").not_examined
    why = {each["rule"]: each["why"] for each in silent}
    assert why["ffata-report-due"] == "No federal award has the day on which it was made on record."
    assert why["neu-budget-cap"] == "No share of a round has its yearly budget on record."
    assert not [words for words in why.values() if "_" in words or "“" in words]
    assert not set(why) & (FOUND.keys() | ASKED_OF_SOME.keys() | set(ASKED_OF_EACH))


def test_a_second_examination_changes_nothing(examination):
    told = ("rule", "subject", "part", "stage", "sentence", "severity", "first_seen_at", "opened_at")
    before = set(open_findings().values_list(*told))
    again = examine(as_of=AS_OF)
    assert {(each.opened, each.reopened, each.corrected) for each in again} == {(0, 0, 0)}
    assert set(open_findings().values_list(*told)) == before


def test_the_load_examines_the_books_once(examination):
    kept = set(Examination.objects.values_list("pk", flat=True))
    first = Examination.objects.earliest("pk")
    assert str(first.by) == "Sample program officer"
    assert examined(the_state()) == Finding.objects.filter(stage=Stage.OPEN).count() > 0
    assert set(Examination.objects.values_list("pk", flat=True)) == kept
