"""What goes in and out: JSON whose numbers are exact."""

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes of JSON that one call may send: a round of forty thousand places, or ten thousand lines."""

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class JSONRenderer(BaseRenderer):
    """JSON with amounts as text, two decimals as they are kept, and moments in UTC."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of an answer; none where there is nothing to say."""
        return b"" if data is None else as_json(data)


def as_json(data: Any) -> bytes:
    """Plain values as JSON."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    """A value that JSON has no word for, as text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer.")


class TooLarge(APIException):
    """More than one call may send."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large; send it in parts, or lines of the ledger as a CSV file."
    default_code = "too-large"


class ExactJSONParser(BaseParser):
    """JSON whose numbers are read as they are written: 0.1 is a tenth, never a float near it."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The values of a request's body; ParseError for what has no one meaning or cannot be kept."""
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge
        try:
            text = body.decode()
            data = json.loads(
                text, parse_float=Decimal, parse_constant=_refused, object_pairs_hook=_each_once
            )
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except RecursionError:
            raise ParseError("This JSON is nested too deeply to be read.") from None
        except json.JSONDecodeError as broken:
            where = f"line {broken.lineno}, character {broken.colno}"
            raise ParseError(f"This is not JSON: {broken.msg} ({where}).") from None
        except ValueError as wrong:
            raise ParseError(f"This JSON cannot be read: {wrong}") from None
        if "\\u" in text and _is_unkeepable(data):
            raise ParseError("The body has characters that no text may hold: NUL or half of a pair.")
        return data


class AlwaysJSON(BaseContentNegotiation):
    """One way to write, whatever a client would accept: an answer beats none, and problems differ anyway."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """The parser of the type that the body says it has."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """The first renderer of the view."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number.")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand there once; which of two would count cannot be known."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object.")
    return found


def _is_unkeepable(data: Any) -> bool:
    """Whether any text in ``data`` is one that the database cannot hold."""
    if isinstance(data, str):
        return bool(_UNKEEPABLE.search(data))
    if isinstance(data, Mapping):
        return any(_is_unkeepable(part) for pair in data.items() for part in pair)
    return isinstance(data, list) and any(_is_unkeepable(part) for part in data)
