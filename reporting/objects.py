"""The objects of a PDF file, written as soon as each is done, so that a long document is not held as objects.

Small objects go into compressed object streams (ISO 32000-1, 7.5.7), found by a cross-reference stream
(7.5.8).
"""

import hashlib
import struct
import zlib
from io import BytesIO

PACKED = 250
"""Objects in one object stream: few enough that a reader need not unpack much to reach one."""

EFFORT = 4
"""Of zlib: a tenth larger than at its usual 6, in two thirds of the time, which a long ledger feels."""

_PLAIN, _WITHIN = 1, 2
_ENTRY = struct.Struct(">BIH")


class ObjectFile:
    """A PDF file under way. Object numbers are claimed first and filled in any order."""

    def __init__(self) -> None:
        self._bytes = BytesIO()
        self._entries = bytearray(_ENTRY.pack(0, 0, 65_535))
        self._waiting: list[tuple[int, str]] = []
        self._digest = hashlib.sha256()
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def put(self, number: int, body: bytes) -> None:
        """Write an object by itself, as a stream must be."""
        self._note(number, _PLAIN, self._bytes.tell(), 0)
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body.rstrip(b"\n")))

    def put_stream(self, number: int, entries: str, content: bytes, *, is_packed: bool = True) -> None:
        """Write a stream, compressed unless ``is_packed`` is false."""
        if is_packed:
            content, entries = zlib.compress(content, EFFORT), f"{entries}/Filter/FlateDecode"
        head = f"<<{entries}/Length {len(content)}>>\nstream\n".encode("latin-1")
        self.put(number, head + content + b"\nendstream")

    def pack(self, *objects: tuple[int, str]) -> None:
        """Write small objects that are no streams, by number and body, together with others."""
        self._waiting += objects

    def flush(self, spare: int) -> bool:
        """Write the waiting objects into the stream numbered ``spare``; false when there were none."""
        waiting, self._waiting = self._waiting[:PACKED], self._waiting[PACKED:]
        if not waiting:
            return False
        index, at, entries = [], 0, self._entries
        self._reach(max(number for number, _ in waiting))
        for place, (number, body) in enumerate(waiting):
            _ENTRY.pack_into(entries, number * _ENTRY.size, _WITHIN, spare, place)
            index.append(f"{number} {at}")
            at += len(body) + 1
        head = " ".join(index) + "\n"
        content = (head + "\n".join(body for _, body in waiting)).encode("latin-1")
        self.put_stream(spare, f"/Type/ObjStm/N {len(waiting)}/First {len(head)}", content)
        return True

    @property
    def is_full(self) -> bool:
        """Whether enough small objects wait to fill a stream."""
        return len(self._waiting) >= PACKED

    def finish(self, number: int, *, root: int, info: int) -> bytes:
        """Write the cross-reference stream as object ``number`` and return the whole file.

        The file's identifier is a digest of all that stands before it: same content, same identifier.
        """
        start = self._bytes.tell()
        self._note(number, _PLAIN, start, 0)
        mark = self._digest.hexdigest()[:32]
        entries = (
            f"/Type/XRef/Size {len(self._entries) // _ENTRY.size}/W[1 4 2]"
            f"/Root {root} 0 R/Info {info} 0 R/ID[<{mark}><{mark}>]"
        )
        self.put_stream(number, entries, bytes(self._entries))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)
        return self._bytes.getvalue()

    def _note(self, number: int, kind: int, where: int, place: int) -> None:
        self._reach(number)
        _ENTRY.pack_into(self._entries, number * _ENTRY.size, kind, where, place)

    def _reach(self, number: int) -> None:
        """Make room for the entries of objects up to this number."""
        missing = (number + 1) * _ENTRY.size - len(self._entries)
        if missing > 0:
            self._entries.extend(bytes(missing))

    def _write(self, written: bytes) -> None:
        self._bytes.write(written)
        self._digest.update(written)
