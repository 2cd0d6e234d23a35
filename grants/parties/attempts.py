"""How often a password may be tried: so many times for one person, and so many from one address.

Each try takes one of a fixed number of slots in the cache that all processes share; a slot is free again a
while later. Taking one is a single insert, so guesses sent at the same moment are counted one by one.
"""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WHILE = 15 * 60
FOR_A_PERSON = 10
FROM_AN_ADDRESS = 50


class Attempt:
    """One try at a password, which ``has_room`` unless there were too many within the last quarter hour."""

    def __init__(self, request: HttpRequest, email: str) -> None:
        self._of_person = _slots("person", email.strip().casefold(), FOR_A_PERSON)
        taken = [_take(self._of_person), _take(_slots("address", address_of(request), FROM_AN_ADDRESS))]
        self.has_room = all(taken)
        self._taken = [slot for slot in taken if slot]

    def succeeded(self) -> None:
        """The password was right: forget this try, and the wrong ones of the person before it."""
        cache.delete_many({*self._taken, *self._of_person})


def address_of(request: HttpRequest) -> str:
    """The address that a request comes from; behind a proxy, the one that the proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.IS_BEHIND_PROXY and forwarded:
        return str(forwarded.rpartition(",")[2].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


def _slots(kind: str, whose: str, count: int) -> list[str]:
    name = hashlib.sha256(whose.encode()).hexdigest()
    return [f"sign-in-{kind}-{name}-{number}" for number in range(count)]


def _take(slots: list[str]) -> str | None:
    """The slot that was taken, or None when there is none left."""
    held = cache.get_many(slots)
    return next((slot for slot in slots if slot not in held and cache.add(slot, True, WHILE)), None)
