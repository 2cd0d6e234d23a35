"""The report that the demonstration issues: what an auditor would take away."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from demo.ohio.people import STATE
from grants.kernel.roles import Role
from grants.parties.models import Party, User
from reporting.documents.actions import issue_document
from reporting.documents.models import Document, Format

REPORT = "spend-by-program"


def issued_report() -> Path:
    """The PDF spend report of the state, issued by its auditor the first time, in the demo's folder."""
    state = Party.objects.get(code=STATE)
    document = Document.objects.filter(report=REPORT, agency=state, format=Format.PDF).order_by("pk").first()
    if document is None:
        auditor = User.objects.get(memberships__party=state, memberships__role=Role.AUDITOR)
        document = issue_document(state, report=REPORT, through=timezone.localdate(), by=auditor)
    path = Path(settings.HOME) / f"{document.report}.pdf"
    if not path.exists() or path.read_bytes() != bytes(document.content):
        path.write_bytes(document.content)
    return path
