"""The spend report on Ohio's real figures: its totals are those of a query made another way."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from pypdf import PdfReader

from demo.ohio.people import STATE
from grants.parties.models import Party, User
from reporting.documents.actions import issue_document
from reporting.report import thawed
from tests.demo.conftest import IN_THE_DEMONSTRATION

pytestmark = pytest.mark.django_db

_BY_ANOTHER_WAY = """
    SELECT program.name,
        (SELECT sum(amount) FROM grants_funding WHERE program_id = program.id),
        coalesce((SELECT sum(share.amount) FROM grants_share AS share
                  JOIN grants_allocationround AS round ON round.id = share.round_id
                  WHERE round.program_id = program.id AND round.stage = 'approved'), 0),
        coalesce(sum(entry.amount) FILTER (WHERE kind = 'obligation'), 0)
            - coalesce(sum(entry.amount) FILTER (WHERE kind = 'deobligation'), 0),
        coalesce(sum(entry.amount) FILTER (WHERE kind = 'expenditure'), 0),
        coalesce(sum(entry.amount) FILTER (WHERE kind = 'payment'), 0)
            - coalesce(sum(entry.amount) FILTER (WHERE kind = 'refund'), 0)
    FROM grants_program AS program LEFT JOIN grants_entry AS entry ON entry.program_id = program.id
    GROUP BY program.id
"""


@pytest.fixture
def figures_of_the_report(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures of the state's spend report, and its PDF."""
    state = Party.objects.get(code=STATE)
    auditor = User.objects.get(email="auditor@sample.example")
    with override_settings(**IN_THE_DEMONSTRATION):
        document = issue_document(state, report="spend-by-program", through=date(2026, 11, 24), by=auditor)
    return thawed(document.figures) | {"pdf": bytes(document.content)}


def test_every_program_foots_to_a_query_over_the_lines(figures_of_the_report: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BY_ANOTHER_WAY)
        expected = {name: tuple(amounts) for name, *amounts in cursor.fetchall()}
    columns = ("funded", "allocated", "obligated", "spent", "paid")
    reported = {p["name"]: tuple(p[column] for column in columns) for p in figures_of_the_report["programs"]}
    assert reported == expected
    for program in figures_of_the_report["programs"]:
        for column in columns[1:]:
            assert sum((row[column] for row in program["recipients"]), Decimal(0)) == program[column]


def test_the_pdf_prints_the_totals_and_the_difference_of_the_printed_list(
    figures_of_the_report: dict[str, Any],
) -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(figures_of_the_report["pdf"])).pages]
    text = " ".join(pages)
    for shown in ("842,866,429.00", "2,270,470,641.00", "2,175,200,110.00", "$843,726,939.00"):
        assert shown in text
    assert all(page.strip() for page in pages)
    assert all("Through November 24, 2026" in page for page in pages)
