"""The kit of the allocation methods: what a method declares, and running one on what is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from grants.kernel.money import ZERO, total
from grants.kernel.registry import Registry
from grants.programs.readers import count, money

Reader = Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a place, or the round as a whole, gives to a method."""

    name: str
    reader: Reader
    is_required: bool = True
    default: Any = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a round with its fields read; ``row`` is where it stands in what was given."""

    id: str
    fields: Mapping[str, Any]
    row: int | None = None

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


@dataclass(frozen=True, slots=True)
class Share:
    """What a place gets, how it is paid, and how it came about, in words."""

    id: str
    amount: Decimal
    steps: tuple[str, ...]
    tranches: tuple[Decimal, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The share as plain values, amounts as text; a share that is not split is one tranche."""
        return {
            "id": self.id,
            "amount": str(self.amount),
            "tranches": [str(tranche) for tranche in self.tranches or (self.amount,)],
            "steps": list(self.steps),
        }


@dataclass(frozen=True)
class Outcome:
    """The shares of a round, in the order of its places, and what became of the rest of ``amount``.

    ``returned`` goes back to the federal government by law; ``transferred`` goes to the state because a
    place signed its share over; ``undistributed`` is what is left, which the method gives to nobody.
    """

    amount: Decimal
    shares: tuple[Share, ...]
    returned: Decimal = ZERO
    transferred: Decimal = ZERO
    floors: Mapping[str, Decimal] = field(default_factory=dict)

    @cached_property
    def total(self) -> Decimal:
        """The sum of the shares."""
        return total(share.amount for share in self.shares)

    @property
    def undistributed(self) -> Decimal:
        """What is neither shared out, returned nor transferred."""
        return self.amount - self.total - self.returned - self.transferred

    def as_dict(self) -> dict[str, Any]:
        """The outcome as plain values, amounts as text; what is zero is left out, but for ``returned``."""
        figures: dict[str, Any] = {
            "shares": [share.as_dict() for share in self.shares],
            "returned": str(self.returned),
            "total": str(self.total),
        }
        for name in ("transferred", "undistributed"):
            if amount := getattr(self, name):
                figures[name] = str(amount)
        if self.floors:
            figures["floors"] = {name: str(amount) for name, amount in self.floors.items()}
        return figures


@dataclass(frozen=True)
class Method:
    """A way to share out an amount of money among places.

    ``allocate`` is pure. It is called with the amount and the places, and by keyword with every field of
    ``whole`` and every legal number of ``law`` (keyword to key). It may raise Unreadable with the rows of
    places whose fields do not go together.
    """

    title: str
    source: str
    allocate: Callable[..., Outcome]
    places: tuple[Field, ...]
    whole: tuple[Field, ...] = ()
    law: Mapping[str, str] = field(default_factory=dict)


METHODS: Registry[Method] = Registry("allocation method", "grants.programs.methods")

POPULATION = Field("population", count)
AMOUNT = Field("amount", money)


@dataclass(frozen=True)
class Inputs:
    """Everything a method was run on: kept with a round, it gives the same outcome again."""

    method: Method
    amount: Decimal
    places: tuple[Place, ...]
    whole: Mapping[str, Any]
    on: date
    law: Mapping[str, Decimal]

    def outcome(self) -> Outcome:
        """What the method makes of these inputs."""
        return self.method.allocate(self.amount, self.places, **self.whole, **self.law)

    def as_dict(self) -> dict[str, Any]:
        """The inputs as plain values, with the day and the legal numbers they were read on.

        Read again they are the same inputs; ``law`` is for people, and is not read.
        """
        places = [{"id": place.id} | _plain(place.fields) for place in self.places]
        numbers = {key: self.law[name] for name, key in self.method.law.items()}
        whole = _plain({"amount": self.amount, "on": self.on, **self.whole})
        return {**whole, "law": _plain(numbers), "places": places}


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON can hold them; what was not given is left out."""
    kept = {name: value for name, value in fields.items() if value is not None}
    return {name: value if isinstance(value, int) else str(value) for name, value in kept.items()}


def by_size(places: Sequence[Place]) -> list[str]:
    """Identifiers, larger population first, then by identifier: the order in which odd cents are given."""
    return [place.id for place in sorted(places, key=lambda place: (-place["population"], place.id))]
