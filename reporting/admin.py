"""Every list of reporting at the staff's desk, in one place for the framework to find."""

import reporting.documents.admin
import reporting.filings.admin
import reporting.ordering.admin
import reporting.packages.admin
import reporting.sampling.admin
import reporting.submissions.admin  # noqa: F401
