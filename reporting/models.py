"""Every record of reporting, in one place for the framework to find."""

from reporting.documents.models import Document, SignedCopy, Withdrawal
from reporting.filings.models import Certification, Filing, FilingContent, Reminder, ReportingPeriod
from reporting.ordering.models import ReportOrder, ReportSchedule
from reporting.packages.models import Package
from reporting.sampling.models import Sample, SampledLine
from reporting.submissions.models import Submission, SubmissionFile

__all__ = [
    "Certification",
    "Document",
    "Filing",
    "FilingContent",
    "Package",
    "Reminder",
    "ReportOrder",
    "ReportSchedule",
    "ReportingPeriod",
    "Sample",
    "SampledLine",
    "SignedCopy",
    "Submission",
    "SubmissionFile",
    "Withdrawal",
]
