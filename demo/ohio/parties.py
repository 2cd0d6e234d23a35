"""The register of Ohio: 2,322 general-purpose local governments, with populations and rural-urban codes."""

import re
from collections.abc import Iterable

from django.utils.text import slugify

from demo.ohio.files import GOVERNMENTS
from demo.ohio.people import State
from demo.tables import Row
from grants.parties.actions import record_populations, register_parties
from grants.parties.models import LOCAL_GOVERNMENTS, Party, PartyKind, Population

KINDS = dict.fromkeys(GOVERNMENTS, PartyKind.MUNICIPALITY) | {
    "county": PartyKind.COUNTY,
    "township": PartyKind.TOWNSHIP,
}
ESTIMATED = "U.S. Census Bureau, estimates of July 1, 2021"
_PART = re.compile(r" \(part\)$")
_OFFICE = re.compile(r"^(?:city|village|county) of | (?:city|village|county|township)$")


def register_local_governments(state: State, rows: list[Row]) -> None:
    """Every local government of the list, by its key there; the keeper of the register is the state."""
    codes = [row["lg_key"] for row in rows]
    if Party.objects.filter(code__in=codes).count() < len(codes):
        parties = [
            Party(
                code=row["lg_key"],
                kind=KINDS[row["government_type"]],
                name=row["name"],
                county_fips=row["county_fips"],
                county_name=row["county"],
                place_fips=row["place_fips"],
                rural_urban_code=row["county_rucc_2023"],
            )
            for row in rows
        ]
        register_parties(state.party, parties, by=state.administrator)
    counted = [row for row in rows if row["pop_estimate_2021"] is not None]
    if Population.objects.filter(year=2021, source=ESTIMATED).count() < len(counted):
        keys = dict(Party.objects.filter(code__in=codes).values_list("code", "pk"))
        populations = [
            Population(
                party_id=keys[row["lg_key"]], year=2021, count=row["pop_estimate_2021"], source=ESTIMATED
            )
            for row in counted
        ]
        record_populations(state.party, populations, by=state.administrator)


def register_others(state: State, parties: Iterable[Party]) -> dict[str, Party]:
    """Organizations that are no local government, registered where they are not yet; by their codes."""
    wanted = {party.code: party for party in parties}
    known = Party.objects.in_bulk(list(wanted), field_name="code")
    missing = [party for code, party in wanted.items() if code not in known]
    if missing:
        register_parties(state.party, missing, by=state.administrator)
    return Party.objects.in_bulk(list(wanted), field_name="code")


def other_code(county_fips: str, name: str) -> str:
    """The code of an organization that has none of its own: its county, or the state's 39, and its name."""
    return f"{county_fips or '39'}-{slugify(name)}"[:60].rstrip("-")


class Register:
    """Finds local governments by what lists call them."""

    def __init__(self) -> None:
        self.parties = list(Party.objects.filter(kind__in=LOCAL_GOVERNMENTS).order_by("pk"))
        self.by_code = {party.code: party for party in self.parties}
        self._printed = {(party.county_fips, party.kind, party.name): party for party in self.parties}
        self._by_place: dict[tuple[str, str, str], list[Party]] = {}
        self._by_name: dict[tuple[str, str], list[Party]] = {}
        for party in self.parties:
            self._by_place.setdefault((party.county_fips, party.kind, bare(party.name)), []).append(party)
            self._by_name.setdefault((party.kind, bare(party.name)), []).append(party)

    def printed(self, county_fips: str, name: str, kind: str) -> Party:
        """The local government that the State prints by this name in the county."""
        return self._printed[county_fips, kind.lower(), name]

    def in_county(self, county_fips: str, kind: str, name: str) -> Party | None:
        """The one local government of this kind and name in the county; None where none or several fit."""
        found = self._by_place.get((county_fips, kind, bare(name)), [])
        return found[0] if len(found) == 1 else None

    def named(self, county_fips: str, kind: str, name: str) -> Party | None:
        """The one local government of this kind and name in the county, or with a part in it.

        A municipality that stands in several counties is in the register once, under one of them: it is
        found by its name where no other municipality of the state bears it.
        """
        found = self.in_county(county_fips, kind, name)
        if found is None and kind == PartyKind.MUNICIPALITY:
            anywhere = self._by_name.get((kind, bare(name)), [])
            found = anywhere[0] if len(anywhere) == 1 else None
        return found

    def at(self, county_fips: str, place_fips: str, name: str) -> Party:
        """The municipality with this place code, or else the township with this name, in the county."""
        return next(
            party
            for party in self.parties
            if party.county_fips == county_fips
            and (party.place_fips == place_fips if place_fips else party.name.lower() == name.lower())
        )


def bare(name: str) -> str:
    """The name alone: ``Clay Center Village``, ``Village of Clay Center``, both ``clay center``."""
    return _OFFICE.sub("", _PART.sub("", " ".join(name.split())).lower())
