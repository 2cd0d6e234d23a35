"""What is asked for when lines come into the ledger at the desk."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.storage import default_storage
from django.urls import reverse

from grants.desk.forms import Confirm, Waiting
from grants.desk.told import Table
from grants.kernel.jobs import KeptFile, later
from grants.ledger.samples import columns_table, sample_for

AT_ONCE = 5 * 1024 * 1024
"""The largest file that is posted while the person waits, in bytes: some 50,000 lines, about a second."""


class LinesFromFile(Confirm):
    """A CSV file of lines and why it is posted."""

    file = forms.FileField(
        label="CSV file of lines",
        help_text="Posted whole or not at all; a file is posted once.",
    )
    reason = forms.CharField(widget=forms.Textarea, required=False)

    def guide(self) -> list[Table]:
        """The columns and the kinds of lines."""
        table = columns_table()
        return [replace(table, way=("sample/lines.csv", "Download a sample CSV"))]

    def samples(self) -> dict[str, str]:
        """A line of this program, with every column."""
        return {"lines": sample_for(self.record)}

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Post the file under its own name; a large one is kept, and posted by a worker."""
        file = self.cleaned_data["file"]
        given = {"name": file.name, "reason": self.cleaned_data["reason"], "by": by}
        if file.size <= AT_ONCE:
            return act(record, file.file, **given)
        lines = sum(chunk.count(b"\n") for chunk in file.chunks()) - 1
        kept = KeptFile(default_storage.save(f"postings/{uuid4()}.csv", file))
        job = later(act, record, file=kept, **given)
        return Waiting(f"{reverse('admin:grants_posting_waiting', args=[job])}?lines={lines}")
