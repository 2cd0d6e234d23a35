"""Downloads that resume: a file as a whole, or the part of it that is asked for (RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

_PIECE = 1 << 18
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def resumable(
    request: HttpRequest, file: IO[bytes], *, size: int, name: str, kind: str, tag: str
) -> HttpResponseBase:
    """A file to keep, or one part of it; ``tag`` changes whenever its bytes do.

    A part is given only of the bytes that the client began with (``If-Range``). Several parts at once, or a
    range that cannot be read, get the whole; one beyond the end is refused with 416.
    """
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": f'"{tag}"',
        "Content-Disposition": str(content_disposition_header(True, name)),
    }
    part = _part(request, size, f'"{tag}"')
    if part is None:
        headers["Content-Length"] = str(size)
        return StreamingHttpResponse(_pieces(file, 0, size), content_type=kind, headers=headers)
    first, last = part
    if first > last:
        file.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    pieces = _pieces(file, first, last - first + 1)
    return StreamingHttpResponse(pieces, status=206, content_type=kind, headers=headers)


def _part(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """The first and last byte asked for; None for the whole; first beyond last where there is none."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or found.groups() == ("", "") or request.headers.get("If-Range", tag) != tag:
        return None
    begins, ends = found.groups()
    if not begins:
        return max(0, size - int(ends)), size - 1 if int(ends) else -1
    if ends and int(ends) < int(begins):
        return None
    first, last = int(begins), min(int(ends), size - 1) if ends else size - 1
    return (first, last) if first < size else (1, 0)


def _pieces(file: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length and (piece := file.read(min(_PIECE, length))):
            length -= len(piece)
            yield piece
