"""The files of a submission in one."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reporting.submissions.models import Submission


def packed(submission: Submission) -> bytes:
    """All files in a zip, with their list of hashes; the same files give the same bytes."""
    taken = BytesIO()
    lines = []
    with ZipFile(taken, "w", ZIP_DEFLATED) as zipped:
        for file in submission.files.order_by("place"):
            zipped.writestr(_entry(file.name), bytes(file.content))
            lines.append(f"{file.sha256}  {file.name}\n")
        zipped.writestr(_entry("SHA256SUMS"), "".join(lines))
    return taken.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    return entry
