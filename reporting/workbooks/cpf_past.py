"""Rules of the Capital Projects Fund (CPF) agency workbook against earlier filings."""

from collections.abc import Iterator, Mapping
from typing import Any

from reporting.checks import same_code
from reporting.layout import Breach, Rows
from reporting.past import Kept, Past, PastRule
from reporting.problems import Severity

NUMBER, IDENTIFIERS = "identification_number", ("subrecipient_uei", "subrecipient_tin")


def _kept_projects(rows: Rows) -> Iterator[Mapping[str, Any]]:
    for row in rows["Project"]:
        if row[NUMBER] is not None:
            yield {"project": same_code(row[NUMBER]), **{name: row[name] for name in IDENTIFIERS}}


def _kept_recipients(rows: Rows) -> Iterator[Mapping[str, Any]]:
    for row in rows["Subrecipients"]:
        if row["unique_entity_identifier"] is not None:
            yield {"uei": same_code(row["unique_entity_identifier"])}


KEEPS = (Kept("projects", _kept_projects), Kept("recipients", _kept_recipients))


def _same_subrecipient(rows: Rows, past: Past) -> Iterator[Breach]:
    """CPFG-001: a project stays with its subrecipient."""
    before = past.last("projects", "project")
    for row in rows["Project"]:
        last = before.get(same_code(row[NUMBER]), {}) if row[NUMBER] is not None else {}
        for name in IDENTIFIERS:
            was = last.get(name)
            if row[name] is not None and was and same_code(row[name]) != same_code(was):
                yield Breach(row, (name,), f"The subrecipient of the project was “{was}” before.")


def _new_without_profile(rows: Rows, past: Past) -> Iterator[Breach]:
    """CPFT-022: Treasury's identifier of a subrecipient is told only of one that it knows already."""
    known = {row["uei"] for row in past.rows("recipients")}
    for row in rows["Subrecipients"]:
        if not row.has("recipient_profile_id", "unique_entity_identifier"):
            continue
        if same_code(row["unique_entity_identifier"]) not in known:
            message = "The subrecipient was not reported before: Treasury has no profile of it to update."
            yield Breach(row, ("recipient_profile_id",), message)


PAST_RULES = (
    PastRule("CPFG-001", _same_subrecipient, "Correct it, if it is wrong.", Severity.WARNING),
    PastRule("CPFT-022", _new_without_profile, "Leave it blank for a new subrecipient.", adds_up=True),
)
