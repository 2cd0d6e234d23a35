"""The lines of a sample with their evidence, and whether drawing it again gives the same ones."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils import timezone

from reporting.blocks import Block, Column, Facts, Heading, LedgerTable, Notes, Value
from reporting.filings.models import Filing
from reporting.sampling.models import Sample, SampledLine
from reporting.sampling.population import Population, frame_of
from reporting.sampling.terms import Terms, select
from reporting.standpoint import subject_named

COLUMNS = (
    Column("Draw", "count"),
    Column("Place", "count"),
    Column("Stratum"),
    Column("Dollar hit", "dollars"),
    Column("Line", "count"),
    Column("Kind"),
    Column("Incurred on", "date"),
    Column("Amount ($)", "dollars"),
    Column("Program"),
    Column("FAIN"),
    Column("Subaward"),
    Column("Recipient"),
    Column("Payee"),
    Column("Category"),
    Column("Memo"),
    Column("Source"),
    Column("Cell or row"),
    Column("Filing"),
    Column("SHA-256 of the source"),
    Column("Certified by"),
    Column("Certified at", "date"),
)


def lines_of(sample: Sample) -> models.QuerySet[SampledLine]:
    """The lines of a sample in the order of their draw, those taken with certainty first."""
    return sample.sampled.select_related(
        "entry__program",
        "entry__federal_award",
        "entry__subaward__subrecipient",
        "entry__posting",
    ).order_by("stratum", "draw", "place")


def with_filings(lines: Iterable[SampledLine]) -> list[SampledLine]:
    """The lines, each with the ``filing`` that its entry came by, or None."""
    found = list(lines)
    postings = {line.entry.posting_id for line in found}
    filings = Filing.objects.filter(posting__in=postings).select_related("certified_by")
    by_posting = {filing.posting_id: filing for filing in filings}
    for line in found:
        line.filing = by_posting.get(line.entry.posting_id)  # type: ignore[attr-defined]
    return found


def blocks_of(sample: Sample) -> Iterator[Block]:
    """A sample for a file: how it was drawn, its lines with their evidence, and how to draw it again."""
    yield Heading(f"Sample {sample.number}")
    yield Facts(tuple(facts_of(sample)))
    yield LedgerTable("Lines drawn", COLUMNS, map(_row, with_filings(lines_of(sample))))
    yield Notes(HOW, "How it is drawn again")


def facts_of(sample: Sample) -> Iterator[tuple[str, Value]]:
    """Names and values of what a sample was drawn from and how."""
    yield "About", sample.about
    if sample.purpose:
        yield "Tests", sample.purpose
    yield "Kinds of lines", ", ".join(sample.kinds)
    if sample.since:
        yield "Incurred from", sample.since
    yield "Incurred through", sample.through
    yield "As known at", sample.as_known_at
    yield "Lines in the population", sample.population_lines
    yield "Dollars in the population", sample.population_amount
    yield "Method", sample.get_method_display()
    for name, value in sample.terms.items():
        yield name.replace("_", " ").capitalize(), ", ".join(value) if isinstance(value, list) else str(value)
    if sample.strata and "interval" in sample.strata[0] and "interval" not in sample.terms:
        yield "Sampling interval ($)", sample.strata[0]["interval"]
    yield "Seed", sample.seed
    yield "Algorithm", sample.algorithm
    yield "Lines drawn", sample.lines
    yield "Dollars drawn", sample.amount


HOW = (
    (
        "The population is the lines of these kinds, incurred within these days and posted up to this "
        "moment, without those reversed by then and their reversals, in the order of their numbers; places "
        "count from 1."
    ),
    (
        "Numbers come from SHA-256: the n-th hash is that of the text SEED|STREAM|n, n counting from 1, read "
        "as a whole number of 256 bits; the number drawn is its remainder by the limit, and a hash at or "
        "beyond the last whole multiple of the limit is passed over. The stream is empty, or the name of the "
        "stratum."
    ),
    (
        "Simple random: places are 1 plus a number below the size of the population; a place drawn again is "
        "passed over. Stratified: the same within each stratum."
    ),
    (
        "Monetary unit: lines of the sampling interval or more are taken with certainty. The others are laid "
        "end to end in cents; the first unit taken is 1 plus a number below the interval, then every "
        "interval-th."
    ),
)


def drawn_again(sample: Sample, *, person: Any) -> bool:
    """Whether the same population, method and seed select the same lines today."""
    population = Population(
        subject_named(sample.about), sample.kinds, sample.since, sample.through, sample.as_known_at
    )
    terms = Terms.of(sample)
    frame = frame_of(population.lines(person), terms.strata, terms.bounds)
    selected, _ = select(frame, terms, sample.seed)
    again = {(each.place, frame.keys[each.place - 1], each.draw) for each in selected}
    return again == set(sample.sampled.values_list("place", "entry", "draw"))


def _row(line: SampledLine) -> tuple[Value, ...]:
    entry, filing = line.entry, line.filing  # type: ignore[attr-defined]
    subaward = entry.subaward
    return (
        line.draw,
        line.place,
        line.stratum,
        line.unit,
        entry.pk,
        entry.get_kind_display(),
        entry.incurred_on,
        entry.amount,
        entry.program.code,
        entry.federal_award.fain if entry.federal_award else "",
        subaward.number if subaward else "",
        subaward.subrecipient.name if subaward else "",
        entry.payee,
        entry.category,
        entry.memo,
        entry.posting.name,
        entry.place,
        filing.number if filing else "",
        filing.sha256 if filing else entry.posting.sha256,
        str(filing.certified_by or "") if filing else "",
        timezone.localdate(filing.certified_at) if filing and filing.certified_at else None,
    )
