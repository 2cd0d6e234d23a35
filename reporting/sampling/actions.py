"""Drawing a sample. It is kept with its population, method and seed, and never changes."""

from collections.abc import Sequence
from datetime import date, datetime
from secrets import randbelow
from typing import Any

from django.db import connection

from grants.kernel.action import action
from grants.kernel.money import from_cents, total
from grants.kernel.refusals import Refusal
from grants.ledger.models import Kind
from grants.ledger.queries import moment_known
from reporting.sampling.models import Sample, SampledLine
from reporting.sampling.numbers import ALGORITHM
from reporting.sampling.population import Frame, Population, frame_of
from reporting.sampling.selection import Selected
from reporting.sampling.terms import MOST, Terms, select
from reporting.standpoint import Subject, filed_under

_DIGITS = 10**20


@action("sample.draw", needs="draw_samples", locks=False)
def draw_sample(
    subject: Subject,
    *,
    terms: Terms,
    through: date,
    since: date | None = None,
    kinds: Sequence[str] = (Kind.EXPENDITURE,),
    as_known_at: datetime | None = None,
    seed: str = "",
    purpose: str = "",
    by: Any,
) -> Sample:
    """Draw a sample of the lines of a subaward, of a program, or of the programs of an agency.

    Without a ``seed`` one of twenty digits is made. Refuses ``not-yet``, ``nothing-to-draw-from``,
    ``seed-unusable`` and ``too-many`` for a sample of more than ten thousand lines.
    """
    known = moment_known()
    if as_known_at and as_known_at > known:
        raise Refusal("What will be known at a moment to come cannot be sampled.", code="not-yet")
    if "|" in seed:
        raise Refusal("A seed is any text without the sign “|”.", code="seed-unusable")
    seed = seed or f"{randbelow(_DIGITS):020}"
    population = Population(subject, tuple(map(str, kinds)), since, through, as_known_at or known)
    frame = frame_of(population.lines(by), terms.strata, terms.bounds)
    if not frame.keys:
        raise Refusal("There is no such line to draw from.", code="nothing-to-draw-from")
    selected, strata = select(frame, terms, seed)
    if len(selected) > MOST:
        raise Refusal(f"That would draw {len(selected):,} lines; {MOST:,} is the most.", code="too-many")
    key = _next_key()
    sample = Sample.objects.create(
        pk=key,
        number=f"S-{key:06}",
        **filed_under(subject, by),
        purpose=purpose,
        kinds=list(population.kinds),
        since=since,
        through=through,
        as_known_at=population.as_known_at,
        method=terms.method,
        terms=terms.told(),
        algorithm=ALGORITHM,
        seed=seed,
        population_lines=len(frame.keys),
        population_amount=frame.amount,
        strata=strata,
        lines=len(selected),
        amount=total(from_cents(frame.amounts[each.place - 1]) for each in selected),
        drawn_by=by,
        drawn_at=known,
    )
    SampledLine.objects.bulk_create(_kept(sample, frame, each) for each in selected)
    return sample


def _kept(sample: Sample, frame: Frame, each: Selected) -> SampledLine:
    return SampledLine(
        sample=sample,
        entry_id=frame.keys[each.place - 1],
        place=each.place,
        draw=each.draw,
        stratum=each.stratum,
        unit=each.unit,
    )


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reporting_sample', 'id'))")
        return cursor.fetchone()[0]
