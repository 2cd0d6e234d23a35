"""The dossier holds all that the books have of a subaward, and its sums are those of the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from grants.kernel.money import total
from grants.kernel.roles import Role
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known
from grants.parties.models import Party
from grants.programs.models import Program
from grants.subawards.models import Subaward
from reporting.blocks import Facts, Heading, Prose
from reporting.documents.actions import drawn, issue_document
from reporting.documents.models import Document
from reporting.report import thawed
from reporting.reports import compliance_of_subrecipient as of_subrecipient
from reporting.reports.dossier import gather
from reporting.reports.dossier_blocks import compose
from tests.builders import Office, a_party, a_person
from tests.compliance.builders import a_finding
from tests.monitoring.builders import Watched

DAY = date(2026, 11, 24)


def told(subaward: Subaward, through: date = DAY) -> dict[str, Any]:
    """The figures of the dossier."""
    return gather(subaward, through, moment_known())


def parts(blocks: list[Any]) -> list[str]:
    """Its headings of the second level."""
    return [each.text for each in blocks if isinstance(each, Heading) and each.level == 2]


def test_its_parts_follow_the_life_of_the_subaward(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    names = parts(list(compose(told(subaward))))
    order = ["From application", "Subaward agreement", "Amendments", "Money by quarter", "Filings",
             "Risk and monitoring", "Audit findings", "Compliance", "Closeout", "Lines of the ledger",
             "Documents issued"]  # fmt: skip
    places = [next(n for n, name in enumerate(names) if name.startswith(each)) for each in order]
    assert places == sorted(places)


def test_where_nothing_is_recorded_it_says_so_and_makes_nothing_up(office: Office) -> None:
    blocks = list(compose(told(office.a_subaward("1000.00"))))
    said = " ".join(each.text for each in blocks if isinstance(each, Prose))
    for name in ("Amendments", "Filings", "Audit findings on this subaward", "Monitoring plan"):
        assert f"{name}: not recorded." in said
    assert any(isinstance(each, Facts) and ("Application", "not recorded") in each.pairs for each in blocks)


def test_quarters_and_lines_are_those_of_the_ledger_and_a_reversal_stands_with_its_line(
    office: Office,
) -> None:
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.EXPENDITURE, "100.00", date(2022, 1, 5))
    office.posts(subaward, Kind.EXPENDITURE, "0.01", date(2022, 3, 31))
    office.posts(subaward, Kind.EXPENDITURE, "50.50", date(2022, 4, 1))
    wrong = Entry.objects.get(amount=Decimal("50.50"))
    reverse_entry(wrong, reason="twice", by=office.fiscal_officer)
    figures = told(subaward)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(year FROM incurred_on) || '-Q' || extract(quarter FROM incurred_on), "
            "coalesce(sum(amount) FILTER (WHERE kind = 'expenditure'), 0.00) "
            "FROM grants_entry WHERE subaward_id = %s GROUP BY 1 ORDER BY 1",
            [subaward.pk],
        )
        assert [(row[0], row[2]) for row in figures["quarters"]] == cursor.fetchall()
    spent = [row for row in figures["lines"] if row[2] == "Expenditure"]
    assert total(row[3] for row in spent) == Decimal("100.01")
    assert [row[8] for row in spent if row[8]] == [f"L-{wrong.pk:06}"]


def test_lines_after_the_day_or_posted_later_are_left_out(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    before = moment_known()
    office.posts(subaward, Kind.EXPENDITURE, "100.00", date(2022, 1, 5))
    assert [row[2] for row in told(subaward, date(2022, 1, 4))["lines"]] == ["Obligation"]
    assert [row[2] for row in gather(subaward, DAY, before)["lines"]] == ["Obligation"]


def test_all_that_watching_left_is_in_it(office: Office) -> None:
    subaward = a_finding(office).subaward
    watched = Watched(office, subaward)
    figures = told(subaward)
    assert [row["reference"] for row in figures["audits"]] == ["2022-001"]
    assert figures["audits"][0]["decision"] == watched.management_decision.get_sustained_display()
    assert [row[3] for row in figures["ffata"]] == [watched.ffata_report.confirmation]
    assert len(figures["compliance"]["findings"]) == 1
    assert figures["closeout"]["closeout"]["status"] == "Under way"
    assert figures["watching"]["assessment"]["reason"] == "talked"


@pytest.mark.parametrize("format", ["pdf", "csv", "xlsx"])
def test_a_ledger_of_any_length_is_drawn_and_drawn_again_alike(office: Office, format: str) -> None:
    subaward = office.a_subaward("1000.00")
    for n in range(12):
        office.posts(subaward, Kind.EXPENDITURE, "1.00", date(2022, 1 + n, 5))
    given = {"report": "dossier", "through": DAY, "format": format, "by": office.auditor}
    document = issue_document(subaward, **given)
    kept = Document.objects.get(pk=document.pk)
    assert drawn(kept) == bytes(kept.content)
    assert len(thawed(kept.figures)["lines"]) == 13


def test_its_subrecipient_does_not_see_it(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    document = issue_document(subaward, report="dossier", through=DAY, by=office.auditor)
    assert document in Document.objects.visible_to(office.auditor)
    assert document not in Document.objects.visible_to(a_person(Role.AUDITOR, subaward.subrecipient))


def test_a_subrecipient_is_told_over_all_its_subawards_of_the_agency_and_no_other(office: Office) -> None:
    first = a_finding(office)
    party: Party = first.subaward.subrecipient
    second = office.a_subaward("500.00", subrecipient=party)
    elsewhere = Office()
    elsewhere.a_subaward("77.77", subrecipient=party)
    figures = of_subrecipient.gather(party, DAY, moment_known())
    assert [part["name"].split(",")[0] for part in figures["parts"]] == [
        f"Subaward {each.number}" for each in sorted((first.subaward, second), key=lambda each: each.number)
    ]
    (summary, *_) = [each for each in of_subrecipient.compose(figures) if hasattr(each, "totals")]
    assert summary.totals[1] == 1
    assert Program.objects.count() == 3


def test_a_subrecipient_without_subawards_says_so(office: Office) -> None:
    blocks = list(of_subrecipient.compose(of_subrecipient.gather(a_party(), DAY, moment_known())))
    assert any(isinstance(each, Prose) and "no subaward" in each.text for each in blocks)
