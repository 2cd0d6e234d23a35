"""The report on risk and monitoring tells of each subrecipient what is recorded, and where nothing is."""

from datetime import date
from typing import Any

from django.db import connection

from grants.ledger.queries import moment_known
from grants.monitoring.risk.actions import impose_condition
from grants.programs.models import Program
from grants.subawards.models import Subaward
from reporting.blocks import FigureTable, Heading, LedgerTable, Prose
from reporting.reports.risk_and_monitoring import NOT_ASSESSED, compose, gather
from tests.builders import Office
from tests.monitoring.builders import Watched

DAY = date(2026, 11, 24)


def told(*programs: Program, through: date = DAY) -> dict[str, Any]:
    """The figures of the report."""
    return gather(programs, through, moment_known())


def of(subaward: Subaward, **given: Any) -> dict[str, Any]:
    """What it says of the subrecipient of a subaward."""
    (found,) = told(subaward.program, **given)["parts"][0]["subrecipients"]
    return found


def test_all_that_is_recorded_of_a_subrecipient_is_told(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    watched = Watched(office, subaward)
    impose_condition(watched.specific_condition, noticed_on=date(2023, 2, 1), by=office.fiscal_officer)
    found = of(subaward)
    assert found["level"] == watched.risk_assessment.get_level_display()
    assert found["assessment"]["score"] == watched.risk_assessment.score
    assert found["assessment"]["factors"][0][0] == "Experience with awards of this kind"
    assert (found["in_force"], found["held"], found["read"]) == (1, 1, 1)
    assert [each["condition"] for each in found["follow_ups"]] == ["No inventory", "No inventory"]


def test_the_counts_are_those_of_queries(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    Watched(office, subaward)
    office.a_subaward("250.00", allocation=subaward.allocation)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT subrecipient_id), count(*), "
            "(SELECT sum(amount) FROM grants_entry WHERE kind = 'obligation' AND program_id = %s), "
            "(SELECT count(*) FROM grants_monitoringvisit WHERE stage = 'planned' AND agency_id = %s), "
            "(SELECT count(*) FROM grants_monitoringvisit WHERE stage = 'held' AND agency_id = %s) "
            "FROM grants_subaward WHERE program_id = %s AND stage = 'issued'",
            [subaward.program_id, office.agency.pk, office.agency.pk, subaward.program_id],
        )
        parties, subawards, obligated, planned, held = cursor.fetchone()
    (by_level, *_) = [
        each for each in compose(told(subaward.program)) if isinstance(each, FigureTable)
    ]  # fmt: skip
    assert list(by_level.totals[1:7]) == [parties, subawards, obligated, 0, planned, held]
    assert (parties, held) == (2, 1)


def test_a_subrecipient_of_which_nothing_is_recorded_says_so(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    assert of(subaward)["level"] == NOT_ASSESSED
    blocks = list(compose(told(subaward.program)))
    assert any(isinstance(each, Prose) and "Of 1 of 1 subrecipients nothing" in each.text for each in blocks)
    (table,) = [each for each in blocks if isinstance(each, LedgerTable)]
    assert [row[2] for row in table.rows] == [NOT_ASSESSED]


def test_an_assessment_made_after_the_day_is_not_told(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    Watched(office, subaward)
    assert of(subaward, through=date(2022, 1, 1))["assessment"] is None


def test_samples_and_programs_without_subawards_stand_apart(office: Office) -> None:
    sample = office.a_subaward("1000.00", is_sample=True)
    figures = told(sample.program)
    assert [len(part["subrecipients"]) for part in figures["parts"]] == [0, 1]
    blocks = list(compose(figures))
    assert Heading("Samples: made up, not real", 2) in blocks
    assert any(isinstance(each, Prose) and "no subrecipient to watch" in each.text for each in blocks)
