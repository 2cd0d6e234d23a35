"""The text that a package begins with: what it holds, and how a stranger checks it."""

from datetime import UTC

from grants.kernel.periods import long_date
from reporting.packages.models import Package, Part
from reporting.report import REPORTS

_SAYS = {
    Part.LEDGER: (
        "ledger/ledger.csv and ledger/ledger.xlsx: every line of the ledger in the order of its number. A "
        "correction is a line below zero that names the line it reverses, and a new line. “Source” with "
        "“Cell or row” says where a line came from; where it came with a filing, “Filing” names the file "
        "under filings/."
    ),
    Part.FILINGS: (
        "filings/: workbooks as they were received, byte for byte, replaced and returned ones too; "
        "filings/index.csv says how each stands, who signed for it, and its SHA-256."
    ),
    Part.FINDINGS: "findings.csv: breaches of rules kept on record, as they stood when this was gathered.",
    Part.TRAIL: "trail.csv: who did what to which record, when and why.",
}
_TEXT = """\
Package {package.number}, about {package.about}

Money incurred through {through}, as known at {known}; {package.entry_count:,} lines.
Asked for by {package.asked_by}; it holds what this person may see.

It holds:
{held}

To check that nothing was changed, unpack it and run:

    sha256sum -c SHA256SUMS

Amounts are dollars. CSV files are UTF-8; a text that a spreadsheet would run as a formula has an apostrophe
before it in CSV files, and is unchanged in workbooks.
"""


def readme_of(package: Package) -> str:
    """What stands in ``README.txt``."""
    known = package.as_known_at.astimezone(UTC)
    held = [_SAYS[Part(part)] for part in package.parts]
    held += [f"reports/: {REPORTS[code].title} ({REPORTS[code].cites})" for code in package.reports]
    return _TEXT.format(
        package=package,
        through=long_date(package.through),
        known=f"{long_date(known.date())}, {known:%H:%M:%S.%f} UTC",
        held="\n".join(f"- {each}" for each in held),
    )
