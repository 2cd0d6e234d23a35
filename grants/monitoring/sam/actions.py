"""Reading files of SAM.gov against the register, and deciding who is meant."""

import gzip
import hashlib
from collections.abc import Sequence
from datetime import date
from io import StringIO
from typing import Any

from django.db.models import Q
from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.refusals import Problem, Refusal, Unreadable
from grants.monitoring.sam.models import (
    CheckMethod,
    CheckResult,
    ExclusionCheck,
    ExclusionMatch,
    ExtractKind,
    MatchStage,
    SamExtract,
)
from grants.monitoring.sam.reading import Expiry, Listed, Read, exclusions_in, expiries_in, plain
from grants.parties.models import Party


@action("sam.read", needs="monitor_subrecipients")
def read_extract(agency: Any, *, file: bytes, name: str, kind: str, as_of: date, by: Any) -> SamExtract:
    """Read a file of SAM.gov against every party that the agency keeps or passes money to, and keep it.

    Exclusions: each party gets a check of the day; by UEI it is excluded, by name alone only possibly, until
    a person decides. Registrations: the day on which each ends. Raises Unreadable and keeps nothing when a
    row cannot be read; refuses ``not-yet`` for a day to come.
    """
    if as_of > timezone.localdate():
        raise Refusal("A file cannot be made on a day to come.", code="not-yet")
    parties = list(_concerned(agency).only("pk", "name", "uei", "uei_name", "sam_expires_on"))
    read = _read(kind, _text(file, name), parties, as_of)
    extract = SamExtract(
        agency=agency,
        kind=kind,
        name=name,
        as_of=as_of,
        sha256=hashlib.sha256(file).hexdigest(),
        content=gzip.compress(file, mtime=0),
        rows=read.rows,
        matched=len({found.party for found in read.found}),
        uploaded_by=by,
    )
    extract.full_clean(exclude=["content"])
    extract.save()
    if kind == ExtractKind.EXCLUSIONS:
        _keep_exclusions(extract, parties, read.found)
    else:
        _keep_expiries(parties, read.found)
    return extract


@action("sam.confirm", needs="monitor_subrecipients")
def confirm_match(match: ExclusionMatch, *, reason: str, by: Any) -> ExclusionMatch:
    """Decide that the party is the one on the list."""
    return _decided(match, MatchStage.CONFIRMED, CheckResult.EXCLUDED, reason, by)


@action("sam.dismiss", needs="monitor_subrecipients")
def dismiss_match(match: ExclusionMatch, *, reason: str, by: Any) -> ExclusionMatch:
    """Decide that someone else is on the list; later files of the same listing are decided anew."""
    return _decided(match, MatchStage.DISMISSED, CheckResult.CLEAR, reason, by)


@action("sam.record_check", needs="monitor_subrecipients", locks=False)
def record_check(subaward: Any, check: ExclusionCheck, *, by: Any) -> ExclusionCheck:
    """Keep a check that a person made of a subrecipient: a search, a certification, a clause.

    Refuses ``not-yet`` for a day to come.
    """
    if check.checked_on > timezone.localdate():
        raise Refusal("A check is recorded once it was made.", code="not-yet")
    check.agency, check.party, check.checked_by = subaward.program.agency, subaward.subrecipient, by
    check.full_clean()
    check.save()
    return check


def _concerned(agency: Any) -> Any:
    theirs = Q(kept_by=agency) | Q(subawards__program__agency=agency)
    return Party.objects.filter(theirs).exclude(pk=agency.pk).distinct().order_by("pk")


def _text(file: bytes, name: str) -> StringIO:
    try:
        return StringIO(file.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as broken:
        message = f"This is not UTF-8 text: byte {broken.start + 1} cannot be read. Save it as UTF-8."
        raise Unreadable([Problem(message, file=name)]) from None


def _read(kind: str, text: StringIO, parties: Sequence[Party], as_of: date) -> Read:
    ueis = {party.uei: party.pk for party in parties if party.uei}
    if kind == ExtractKind.ENTITIES:
        return expiries_in(text, ueis=ueis)
    names: dict[str, list[tuple[int, bool]]] = {}
    for party in parties:
        for known in {plain(party.name), plain(party.uei_name)} - {""}:
            names.setdefault(known, []).append((party.pk, bool(party.uei)))
    return exclusions_in(text, ueis=ueis, names=names, on=as_of)


def _keep_exclusions(extract: SamExtract, parties: Sequence[Party], found: Sequence[Listed]) -> None:
    """A match for each listing, and a check for each party: excluded, possibly, or not."""
    by, today = extract.uploaded_by, timezone.localdate()
    ExclusionMatch.objects.bulk_create(
        ExclusionMatch(
            extract=extract,
            agency=extract.agency,
            party_id=listed.party,
            is_by_uei=listed.is_by_uei,
            listed_name=listed.name[:300],
            listed=listed.row,
        )
        for listed in found
    )
    for match in extract.matches.filter(is_by_uei=True):
        match.move_to(MatchStage.CONFIRMED)
        match.decided_by, match.decided_on = by, today
        match.reason = "The UEI on the list is the party's own."
        match.save()
    excluded = {listed.party for listed in found if listed.is_by_uei}
    possible = {listed.party for listed in found} - excluded
    ExclusionCheck.objects.bulk_create(
        ExclusionCheck(
            agency=extract.agency,
            party=party,
            checked_on=extract.as_of,
            method=CheckMethod.EXTRACT,
            extract=extract,
            result=_result(party.pk, excluded, possible),
            source=f"{extract.name}, as of {extract.as_of}"[:200],
            checked_by=by,
        )
        for party in parties
    )


def _result(party: int, excluded: set[int], possible: set[int]) -> CheckResult:
    if party in excluded:
        return CheckResult.EXCLUDED
    return CheckResult.POSSIBLE if party in possible else CheckResult.CLEAR


def _keep_expiries(parties: Sequence[Party], found: Sequence[Expiry]) -> None:
    """The day on which each registration ends, where the register says another."""
    ends = {expiry.party: expiry.on for expiry in found}
    changed = [party for party in parties if party.pk in ends and party.sam_expires_on != ends[party.pk]]
    for party in changed:
        party.sam_expires_on = ends[party.pk]
    Party.objects.bulk_update(changed, ["sam_expires_on"])


def _decided(
    match: ExclusionMatch, stage: MatchStage, result: CheckResult, reason: str, by: Any
) -> ExclusionMatch:
    """The match as decided, and a check that says so."""
    match.move_to(stage)
    match.decided_by, match.decided_on, match.reason = by, timezone.localdate(), reason
    match.full_clean()
    match.save()
    ExclusionCheck.objects.create(
        agency=match.agency,
        party=match.party,
        checked_on=timezone.localdate(),
        method=CheckMethod.EXTRACT,
        extract=match.extract,
        result=result,
        source=f"Decided on “{match.listed_name}” of {match.extract.name}"[:200],
        checked_by=by,
    )
    return match
