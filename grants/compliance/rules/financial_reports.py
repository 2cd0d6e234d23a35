"""The federal financial report (SF-425): whether its lines agree, and whether a final one may be final."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.sf425 import FORMULAS


@rule(
    "sf425-arithmetic",
    "A line of the federal financial report is not what it is computed from",
    says="In report {number}, line 10{line} is {stated:$}; by the form it is {formula}, which makes "
    "{computed:$}.",
    reads={"financial_reports": "number " + " ".join(f"line_{letter}" for letter in "abcdefghijklmno")},
    apart_by="line",
)
def computed_lines_that_do_not_agree(books: Books, law: Law) -> pd.DataFrame:
    """Issued reports of which a computed line differs from its formula, a row for each such line."""
    reports = books.financial_reports
    found = []
    for line, (formula, parts) in FORMULAS.items():
        computed = sum(sign * reports[f"line_{part}"] for part, sign in parts.items())
        rows = reports.assign(line=line, formula=formula, stated=reports[f"line_{line}"], computed=computed)
        found.append(rows[rows.stated != rows.computed])
    return pd.concat(found)


@rule(
    "sf425-final-report-consistency",
    "A final federal financial report leaves something open",
    says="Final report {number} shows {line_f:$} still to be paid, {line_c:$} of cash on hand and {line_k:$} "
    "of the recipient's share not met.",
    reads={"financial_reports": "number is_final line_c line_f line_k"},
)
def final_reports_that_leave_something_open(books: Books, law: Law) -> pd.DataFrame:
    """Final reports with obligations not paid, federal cash not refunded, or cost share not met."""
    reports = books.financial_reports
    leaves_something = (reports.line_f != 0) | (reports.line_c > 0) | (reports.line_k > 0)
    return reports[reports.is_final & leaves_something]
