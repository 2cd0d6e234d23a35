"""Numbers that anyone can draw again from a seed, with nothing but SHA-256."""

import hashlib

ALGORITHM = "sha256-counter/1"
"""What is kept with a sample, so that it is known how its numbers came about."""

_HASHES = 1 << 256


class Numbers:
    """Whole numbers, each equally likely, in an order that the seed alone decides.

    The n-th hash is SHA-256 of the text ``SEED|STREAM|n`` in UTF-8, n counting from 1, read as a whole number
    of 256 bits. Its remainder by the limit is the number drawn. A hash beyond the last whole multiple of the
    limit is passed over, so that no number is likelier than another.
    """

    def __init__(self, seed: str, stream: str = "") -> None:
        self._begin = f"{seed}|{stream}|"
        self._count = 0

    def below(self, limit: int) -> int:
        """The next number from 0 to ``limit`` - 1."""
        usable = _HASHES - _HASHES % limit
        while True:
            self._count += 1
            digest = hashlib.sha256(f"{self._begin}{self._count}".encode()).digest()
            value = int.from_bytes(digest, "big")
            if value < usable:
                return value % limit
