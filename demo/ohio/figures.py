"""What the demonstration holds, counted and summed over the books: never from the lists, never by hand."""

from decimal import Decimal
from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Sum
from django.db.models.functions import Coalesce

from demo.ohio.neu import DISTRIBUTION, POTENTIAL
from demo.ohio.state_programs import PROGRAMS
from grants.broadband.models import ServiceArea, TractNeed
from grants.kernel.trail import TrailEntry
from grants.ledger.models import Entry, Kind, Posting
from grants.parties.models import LOCAL_GOVERNMENTS, Party, PartyKind, Population
from grants.programs.models import AllocationRound, FederalAward, Program, Share
from grants.subawards.models import Project, Subaward
from reporting.filings.models import Filing, ReportingPeriod


def figures() -> dict[str, Any]:
    """Counts and totals of what is real; dollars as whole numbers where they are whole, else as text."""
    neu = Share.objects.filter(round__code=DISTRIBUTION)
    return {
        "local_governments": Party.objects.filter(kind__in=LOCAL_GOVERNMENTS, kept_by__code="OH").count(),
        "counties": Party.objects.filter(kind=PartyKind.COUNTY).count(),
        "parties": Party.objects.filter(is_sample=False).count(),
        "populations": Population.objects.count(),
        "neu_places": neu.count(),
        "neu_completed": neu.filter(status="completed").count(),
        "neu_potential": _sum(Share.objects.filter(round__code=POTENTIAL)),
        "neu_total": _sum(neu),
        "neu_paid": _sum(Entry.objects.filter(program__code="neu", kind=Kind.PAYMENT)),
        "slfrf_counties": _shared("slfrf-counties"),
        "slfrf_metropolitan": _shared("slfrf-metropolitan"),
        "orbeg_round_2": _sum(Subaward.objects.filter(program__code="orbeg-2")),
        "orbeg_households": ServiceArea.objects.aggregate(sum=Coalesce(Sum("households"), 0))["sum"],
        "hb614_rows": _steps(Share.objects.filter(round__program__code="crf-hb-614")),
        "hb614_listed": _shared("crf-hb-614"),
        "announced_subawards": Subaward.objects.filter(program__code__in=STATE_PROGRAMS).count(),
        "announced_amount": _sum(Subaward.objects.filter(program__code__in=STATE_PROGRAMS)),
        "programs": Program.objects.filter(is_sample=False).count(),
        "federal_awards": FederalAward.objects.count(),
        "rounds": AllocationRound.objects.filter(**_REAL).count(),
        "subawards": Subaward.objects.filter(**_REAL).count(),
        "projects": Project.objects.filter(allocation__program__is_sample=False).count(),
        "tracts": TractNeed.objects.count(),
        "entries": Entry.objects.filter(**_REAL).count(),
        "postings": Posting.objects.filter(**_REAL).count(),
        "periods": ReportingPeriod.objects.filter(**_REAL).count(),
        **_of_samples(),
        "trail": TrailEntry.objects.count(),
    }


def _of_samples() -> dict[str, int]:
    """Counts of what is made up, or filed elsewhere; none of it is in any other figure."""
    return {
        "sample_programs": Program.objects.filter(is_sample=True).count(),
        "sample_subawards": Subaward.objects.filter(**_SAMPLE).count(),
        "sample_entries": Entry.objects.filter(**_SAMPLE).count(),
        "filings": Filing.objects.count(),
    }


_REAL, _SAMPLE = {"program__is_sample": False}, {"program__is_sample": True}
STATE_PROGRAMS = tuple(program.code for program in PROGRAMS)
"""Programs of the state whose announced subawards are loaded."""


def _shared(program: str) -> int | str:
    return _sum(Share.objects.filter(round__program__code=program, round__stage="approved"))


def _sum(records: QuerySet) -> int | str:
    amount = records.aggregate(sum=Coalesce(Sum("amount"), Decimal(0)))["sum"]
    return int(amount) if amount == int(amount) else str(amount)


def _steps(shares: QuerySet) -> int:
    """How many steps the shares have; of a list with a step for each of its rows, its rows."""
    length = Func("steps", function="jsonb_array_length", output_field=IntegerField())
    return shares.annotate(length=length).aggregate(sum=Coalesce(Sum("length"), 0))["sum"]
