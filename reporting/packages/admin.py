"""Packages at the staff's desk: asked for on the pages of what they are about."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from grants.desk.base import Desk
from grants.desk.buttons import Begin, Button
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.pages import offer
from grants.models import Party, Program, Subaward
from grants.parties.admin import AGENCIES
from reporting.packages.actions import ask_package
from reporting.packages.forms import Gather
from reporting.packages.models import Package

SAYS = "A worker gathers everything into one file with a list of hashes, and writes to you when it is ready."
offer(Program, Button("Gather a package", ask_package, Gather, says=SAYS))
offer(Subaward, Button("Gather a package", ask_package, Gather, says=SAYS))
offer(Party, Button("Gather a package on its programs", ask_package, Gather, says=SAYS, among=AGENCIES))


@admin.register(Package)
class PackageDesk(Desk):
    """Files for auditors, with everything about a subject and a list of hashes."""

    section = "Reports"
    list_display = ("number", "about", "through", "stage", "entry_count", "size", "asked_by", "asked_at")
    list_select_related = ("asked_by",)
    list_filter = (("stage", ByChoice), ("program", ByRecord))
    date_hierarchy = "asked_at"
    search_fields = ("number", "sha256")
    search_help_text = "Number or SHA-256"
    ordering = ("-id",)
    hidden = ("job", "file")
    readonly_fields = ("page",)
    begins = (
        Begin("Gather a package on a program", "grants.Program", "package.ask"),
        Begin("Gather a package on a subaward", "grants.Subaward", "package.ask"),
        Begin("Gather a package on an agency’s programs", "grants.Party", "package.ask"),
    )

    @admin.display(description="how it stands, and its file")
    def page(self, package: Package) -> str:
        """The way to its own page."""
        address = reverse("package", args=[package.number])
        return format_html('<a class="text-link" href="{}">Package {}</a>', address, package.number)
