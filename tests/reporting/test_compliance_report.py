"""The compliance report tells what was found, what is done about it, and what nobody looked at."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from grants.compliance.actions import (
    acknowledge_finding,
    ask_waiver,
    examine_program,
    grant_waiver,
    plan_correction,
)
from grants.compliance.attestation import Word, attest_for_program, questions_on
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known
from reporting.blocks import (
    FigureTable,
    Heading,
    LedgerTable,
    Prose,
)
from reporting.documents.actions import drawn, issue_document
from reporting.documents.models import Document
from reporting.report import thawed
from reporting.reports.compliance import gather
from reporting.reports.compliance_blocks import compose
from tests.builders import Office
from tests.compliance.builders import LATE, a_finding, books_about, judged

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)


def part_of(subject: Any, *, through: date = DAY) -> dict[str, Any]:
    """What the report says of one program or subaward."""
    told_of = [subject] if hasattr(subject, "agency") else subject
    (part,) = gather(told_of, through, moment_known())["parts"]
    return part


def composed(part: dict[str, Any]) -> list[Any]:
    """The blocks of a report of one part."""
    return list(compose({"through": DAY, "as_known_at": moment_known(), "parts": [part]}))


def captions(blocks: list[Any]) -> list[str]:
    """The names of its tables."""
    return [each.caption for each in blocks if isinstance(each, FigureTable | LedgerTable)]


def test_a_finding_stands_with_its_paragraph_and_what_to_do(office: Office) -> None:
    finding = a_finding(office)
    for subject in (finding.program, finding.subaward):
        (told,) = part_of(subject)["findings"]
        assert (told["sentence"], told["cites"], told["fix"]) == (
            finding.sentence, finding.cites, finding.fix,
        )  # fmt: skip
        assert told["cites"]
        assert told["stage"] == "open"


def test_the_numbers_of_findings_are_those_of_a_query(office: Office) -> None:
    first = a_finding(office)
    allocation = first.subaward.allocation
    second = a_finding(office, subaward=office.a_subaward("500.00", allocation=allocation))
    acknowledge_finding(second, sentence="We look into it", by=office.program_officer)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE stage = 'open'), count(*) FILTER (WHERE stage = 'acknowledged'), "
            "count(*) FILTER (WHERE stage = 'waived'), count(*) FILTER (WHERE stage = 'corrected'), "
            "count(*) FILTER (WHERE severity = 4 AND stage IN ('open', 'acknowledged')) "
            "FROM grants_finding WHERE program_id = %s",
            [first.program_id],
        )
        expected = cursor.fetchone()
    assert expected[:2] == (1, 1)
    (summary, *_) = [each for each in composed(part_of(first.program)) if isinstance(each, FigureTable)]
    assert summary.totals[1:] == expected


def test_corrections_and_waivers_stand_with_who_and_until_when(office: Office) -> None:
    finding = a_finding(office)
    plan_correction(
        finding, plan="Take it out", due_on=date(2027, 1, 31), owner="Pat", by=office.program_officer
    )
    waiver = ask_waiver(finding, reason="Flood", until=date(2027, 2, 28), by=office.program_officer)
    grant_waiver(waiver, reason="Agreed", by=office.fiscal_officer)
    (told,) = part_of(finding.subaward)["findings"]
    assert told["stage"] == "waived"
    assert [(each["plan"], each["owner"], each["due_on"]) for each in told["corrections"]] == [
        ("Take it out", "Pat", date(2027, 1, 31))
    ]
    (granted,) = told["waivers"]
    assert (granted["status"], granted["until"]) == ("Granted", date(2027, 2, 28))
    assert granted["decided_by"] == str(office.fiscal_officer)


def test_a_corrected_finding_says_since_when(office: Office) -> None:
    finding = a_finding(office)
    judged(books_about(finding.subaward))
    blocks = composed(part_of(finding.subaward))
    assert Heading("Corrected findings: 1", 3) in blocks
    assert not any(isinstance(each, Heading) and each.text.startswith("Open findings") for each in blocks)


def test_books_never_examined_are_not_called_clean(office: Office) -> None:
    part = part_of(office.a_program())
    assert part["examination"] is None
    assert any(isinstance(each, Prose) and "never examined" in each.text for each in composed(part))


def test_what_was_examined_and_what_was_not_are_listed(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="100.00")
    last = examine_program(subaward.program, by=office.program_officer)
    examination = part_of(subaward)["examination"]
    assert examination["over"] == str(subaward.program)
    assert examination["by"] == str(office.program_officer)
    assert 0 < len(examination["rules"]) <= len(last.rules)
    assert last.not_examined
    assert {why for _, _, why in examination["not_examined"]} <= {each["why"] for each in last.not_examined}
    open_now = [each for each in part_of(subaward)["findings"] if each["stage"] == "open"]
    assert sum(count for _, _, count in examination["rules"]) == len(open_now) > 0


def test_questions_are_told_apart_by_whether_they_are_answered(office: Office) -> None:
    program = office.a_program()
    asked = questions_on(program, today=DAY)
    word = Word(asked[0].code, "yes", asked[0].year)
    attest_for_program(program, words=[word], by=office.program_officer)
    part = part_of(program)
    assert [bool(each["answer"]) for each in part["questions"]].count(True) == 1
    names = captions(composed(part))
    assert f"Answered: 1 of {len(asked)}" in names
    assert f"Not answered: {len(asked) - 1} of {len(asked)}" in names


def test_who_will_miss_the_last_day_is_told_through_the_day_and_as_known_then(office: Office) -> None:
    subaward = office.a_subaward("1000.00", ends_on=date(2026, 12, 31))
    office.posts(subaward, Kind.EXPENDITURE, "300.00", date(2022, 3, 31))
    before = moment_known()
    reverse_entry(Entry.objects.get(kind=Kind.EXPENDITURE), reason="twice", by=office.fiscal_officer)
    through = date(2026, 6, 30)
    (now,) = gather(subaward, through, moment_known())["parts"][0]["outlook"]
    (then,) = gather(subaward, through, before)["parts"][0]["outlook"]
    assert (now["spent"], now["short"]) == (Decimal("0.00"), Decimal("1000.00"))
    assert (then["spent"], then["short"]) == (Decimal("300.00"), Decimal("700.00"))


def test_samples_are_never_counted_with_what_is_real(office: Office) -> None:
    real, sample = a_finding(office), a_finding(office, subaward=office.a_subaward(is_sample=True))
    parts = [part_of(real.subaward), part_of(sample.subaward)]
    blocks = list(compose({"through": DAY, "as_known_at": moment_known(), "parts": parts}))
    totals = [each.totals[1] for each in blocks if isinstance(each, FigureTable)]
    assert totals == [1, 1]
    assert Heading("Samples: made up, not real", 2) in blocks


@pytest.mark.parametrize("format", ["pdf", "csv", "xlsx"])
def test_it_is_issued_on_a_program_a_subaward_and_an_agency(office: Office, format: str) -> None:
    finding = a_finding(office)
    for subject in (finding.program, finding.subaward, office.agency):
        document = issue_document(subject, report="compliance", through=DAY, format=format, by=office.auditor)
        kept = Document.objects.get(pk=document.pk)
        assert drawn(kept) == bytes(kept.content)
        assert len(thawed(kept.figures)["parts"]) == 1
    assert LATE > DAY
