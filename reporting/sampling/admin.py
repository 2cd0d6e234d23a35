"""Samples at the staff's desk: drawn from the pages of what they are about."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button
from grants.desk.columns import money
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.pages import offer
from grants.models import Party, Program, Subaward
from grants.parties.admin import AGENCIES
from reporting.sampling.actions import draw_sample
from reporting.sampling.forms import Draw
from reporting.sampling.models import Sample, SampledLine

SAYS = "The sample is kept with its population, its method and its seed, so that anyone can draw it again."
offer(Program, Button("Draw a sample", draw_sample, Draw, says=SAYS))
offer(Subaward, Button("Draw a sample", draw_sample, Draw, says=SAYS))
offer(Party, Button("Draw a sample of its programs", draw_sample, Draw, says=SAYS, among=AGENCIES))


class SampledRows(Rows):
    """The lines of a sample."""

    model = SampledLine
    fields = ("draw", "place", "stratum", "unit", "entry")
    ordering = ("stratum", "draw", "place")


@admin.register(Sample)
class SampleDesk(Desk):
    """Lines of the ledger drawn for testing; frozen."""

    section = "Reports"
    list_display = (
        "number", "purpose", "about", "method", "lines", money("amount"), "population_lines", "drawn_by",
        "drawn_at",
    )  # fmt: skip
    list_select_related = ("drawn_by",)
    list_filter = (("method", ByChoice), ("program", ByRecord))
    date_hierarchy = "drawn_at"
    search_fields = ("number", "purpose", "seed")
    search_help_text = "Number, purpose or seed"
    ordering = ("-id",)
    hidden = ("terms", "strata")
    readonly_fields = ("page",)
    inlines = (SampledRows,)
    begins = (
        Begin("Draw a sample of a program", "grants.Program", "sample.draw"),
        Begin("Draw a sample of a subaward", "grants.Subaward", "sample.draw"),
        Begin("Draw a sample of an agency’s programs", "grants.Party", "sample.draw"),
    )

    @admin.display(description="lines with their evidence")
    def page(self, sample: Sample) -> str:
        """The way to its own page."""
        address = reverse("sample", args=[sample.number])
        return format_html('<a class="text-link" href="{}">Sample {}</a>', address, sample.number)
