"""Checks of the workbooks as files: that they are the Clearinghouse's templates, whole and not too large."""

from collections.abc import Iterator, Mapping

from reporting.exports.fac.intake import COVER, Refused, Submission, intake_check
from reporting.exports.template import Template

LARGEST = 25_000_000


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


NAMES: Mapping[str, frozenset[str]] = {
    "FederalAwards": _names(
        """version section_name auditee_uei total_amount_expended award_reference federal_agency_prefix
        three_digit_extension additional_award_identification program_name amount_expended cluster_name
        state_cluster_name other_cluster_name federal_program_total cluster_total is_guaranteed
        loan_balance_at_audit_period_end is_direct passthrough_name passthrough_identifying_number is_passed
        subrecipient_amount is_major audit_report_type number_of_audit_findings cfda_key
        uniform_state_cluster_name uniform_other_cluster_name"""
    ),
    "NotesToSefa": _names(
        """version section_name auditee_uei accounting_policies is_minimis_rate_used rate_explained note_title
        note_content contains_chart_or_table"""
    ),
}
"""The names of cells that the Clearinghouse looks for in each workbook, by its section."""
_TEMPLATE = "Begin with the template of the Clearinghouse, unchanged."


@intake_check("FAC-002", "Submit fewer awards, or ask the Clearinghouse.")
def workbooks_too_large(submission: Submission) -> Iterator[Refused]:
    """Workbooks of more than 25 MB."""
    for section, content in submission.made.items():
        if len(content) > LARGEST:
            yield Refused(f"The workbook {section} has {len(content):,} bytes; 25 MB are taken.", sheet=COVER)


@intake_check("FAC-018", _TEMPLATE)
def no_template(submission: Submission) -> Iterator[Refused]:
    """Workbooks without a coversheet that says its version."""
    for section, content in submission.made.items():
        if not _said(content, "version"):
            yield Refused(f"The workbook {section} has no coversheet with a version.", sheet=COVER)


@intake_check("FAC-024", _TEMPLATE)
def columns_of_different_length(submission: Submission) -> Iterator[Refused]:
    """Columns of a sheet that begin or end at different rows, or begin elsewhere than in row 2."""
    for section, content in submission.made.items():
        places = Template(content).places
        rows = {places[name][2:] for name in NAMES[section] & set(places) if places[name][0] != COVER}
        if len(rows) != 1 or min(rows)[0] != 2:
            yield Refused(f"The columns of the workbook {section} are not all of the same rows.")


@intake_check("FAC-026", _TEMPLATE)
def workbooks_of_another_section(submission: Submission) -> Iterator[Refused]:
    """Workbooks that say to be another one."""
    for section, content in submission.made.items():
        if (says := _said(content, "section_name")) != section:
            yield Refused(f"The workbook {section} says to be “{says}”.", sheet=COVER)


@intake_check("FAC-027", _TEMPLATE)
def names_that_are_missing(submission: Submission) -> Iterator[Refused]:
    """Named cells of the template that the workbook no longer has."""
    for section, content in submission.made.items():
        if missing := NAMES[section] - set(Template(content).places):
            yield Refused(
                f"The workbook {section} lacks the names {', '.join(sorted(missing))}.", sheet=COVER
            )


def _said(content: bytes, name: str) -> str:
    template = Template(content)
    return next(template.values(name), "") if name in template.places else ""
