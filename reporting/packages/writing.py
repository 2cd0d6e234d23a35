"""A zip written as a stream: the same content gives the same bytes, and every file is hashed as it passes."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MANIFEST = "SHA256SUMS"
"""The name under which ``sha256sum -c`` finds the hashes."""


class Archive:
    """A zip under way. ``moment`` is the time that all its files bear, so that no clock is in it."""

    def __init__(self, out: IO[bytes], moment: datetime) -> None:
        self._zip = ZipFile(out, "w")
        self._moment = moment.astimezone(UTC).timetuple()[:6]
        self._hashes: list[tuple[str, str]] = []

    @contextmanager
    def file(self, path: str, *, packed: bool = True, is_long: bool = False) -> Iterator["Hashed"]:
        """A file to write to. It ``is_long`` when it may pass two gigabytes."""
        with self._zip.open(_info(path, self._moment, packed), "w", force_zip64=is_long) as inside:
            hashed = Hashed(inside)
            yield hashed
        self._hashes.append((hashed.digest.hexdigest(), path))

    def add(self, path: str, content: bytes, *, packed: bool = True) -> None:
        """A file whose bytes are at hand."""
        with self.file(path, packed=packed) as file:
            file.write(content)

    def close(self) -> None:
        """Write the manifest and end the zip."""
        lines = "".join(f"{digest}  {path}\n" for digest, path in self._hashes)
        self._zip.writestr(_info(MANIFEST, self._moment, True), lines)
        self._zip.close()


class Hashed:
    """A file that is hashed while it is written."""

    def __init__(self, inside: IO[bytes]) -> None:
        self._inside = inside
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Write some more."""
        self.digest.update(data)
        self._inside.write(data)


def _info(path: str, moment: Any, packed: bool) -> ZipInfo:
    info = ZipInfo(path, moment)
    info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
