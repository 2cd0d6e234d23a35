"""Single audits: whether one is required, whether its package came in time, and what may be charged."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.days import years_of
from grants.compliance.federal_years import EXEMPT, LAW, THRESHOLD, YEAR, federal_years, packages_due
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.rules.costs import standing

AUDITS = "party year_starts_on year_ends_on stage report_received_on accepted_on expended_elsewhere"
READS = {
    "expenditures": "subaward award incurred_on amount",
    "subawards": "party",
    "parties": "name kind fiscal_year_begins",
    "single_audits": AUDITS,
}
AN_AUDIT = r"\baudit(?:s|ing)?\b"
AGREED = r"agreed[- ]upon procedures"


@rule(
    "ug-single-audit-threshold",
    "Single audit required and not on record",
    says="In its fiscal year to {year_ends_on} {name} spent {expended:$} of federal money that is known of; "
    "from {threshold:$} on it must be audited. {record}",
    reads=READS,
    law=(THRESHOLD,),
    apart_by="year",
)
def years_that_must_be_audited(books: Books, law: Law) -> pd.DataFrame:
    """Fiscal years at the threshold or above that nobody follows, or that are held to need no audit."""
    years = federal_years(books, law)
    years = years[years.is_required & (~years.is_followed | years.is_exempt)]
    record = pd.Series("No audit of it is on record.", index=years.index)
    return years.assign(record=record.mask(years.is_exempt, "On record is that no audit was required."))


@rule(
    "ug-single-audit-due-date",
    "Audit package late",
    says="The audit of the fiscal year to {year_ends_on} of {name} was due at the Federal Audit "
    "Clearinghouse on {due_on}. [It was accepted on {accepted_on}.|It is not recorded as accepted.]",
    reads=READS,
    law=LAW,
    apart_by="year",
)
def packages_that_came_late(books: Books, law: Law) -> pd.DataFrame:
    """Required audits that were accepted after their day, or that are still missing after it."""
    years = federal_years(books, law)
    years = years[years.is_required & years.is_followed & ~years.is_exempt]
    years = years.assign(due_on=packages_due(years, law))
    return years[years.accepted_on.fillna(books.today) > years.due_on]


@rule(
    "ug-audit-cost-below-threshold",
    "Audit charged for a year that needed none",
    says="{amount:$} was charged for an audit on {incurred_on}. For the fiscal year before, to "
    "{year_ends_on}, no single audit was required.",
    reads={
        "expenditures": "subaward incurred_on category memo amount reverses",
        "subawards": "party",
        "parties": "fiscal_year_begins",
        "single_audits": "party year_starts_on year_ends_on stage",
    },
)
def audits_charged_for_years_that_needed_none(books: Books, law: Law) -> pd.DataFrame:
    """Costs of an audit, where the fiscal year before the cost is on record as one without an audit.

    Procedures that the agency arranged and agreed upon may be charged.
    """
    costs = standing(books.joined("expenditures", "subaward", "party"))
    texts = (costs.category, costs.memo)
    is_audit, is_agreed = (
        texts[0].str.contains(words, case=False) | texts[1].str.contains(words, case=False)
        for words in (AN_AUDIT, AGREED)
    )
    costs = costs[is_audit & ~is_agreed & costs.incurred_on.notna()]
    this_year = years_of(costs.incurred_on, costs.party.map(books.parties.fiscal_year_begins))
    before = (this_year - pd.DateOffset(years=1)).astype("datetime64[s]")
    exempt = books.single_audits[books.single_audits.stage == EXEMPT].drop_duplicates(YEAR)
    rows = costs.assign(year_starts_on=before).join(exempt.set_index(YEAR).year_ends_on, on=YEAR)
    return rows[rows.year_ends_on.notna()]
