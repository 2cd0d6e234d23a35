"""How the API says no: problem documents (RFC 9457) with a stable code, and nothing of the inside."""

from collections.abc import Iterator, Mapping
from functools import singledispatch
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from api.rendering import as_json
from grants.kernel.refusals import Refusal, Unreadable

MEDIA_TYPE = "application/problem+json"
_OF_THE_WHOLE = frozenset({NON_FIELD_ERRORS, "non_field_errors"})
Told = tuple[int, str, str, dict[str, Any]]


def problem_document(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an exception; None for one that nobody foresaw, which the site logs and answers."""
    told = _told(exception)
    if told is None:
        return None
    status, code, detail, more = told
    request = context["request"]
    if "errors" in more:
        at = "parameter" if request.method == "GET" else "pointer"
        more = {"errors": [{"detail": says, at: place} for place, says in more["errors"]]}
        if at == "parameter":
            for error in more["errors"]:
                error["parameter"] = error["parameter"].removeprefix("#/")
    headers = {}
    if isinstance(exception, exceptions.APIException):
        if getattr(exception, "auth_header", None):
            headers["WWW-Authenticate"] = exception.auth_header  # type: ignore[attr-defined]
        if getattr(exception, "wait", None) is not None:
            headers["Retry-After"] = str(int(exception.wait))  # type: ignore[attr-defined]
    document = _document(status, code, detail, request.path, more)
    return Response(document, status, headers=headers, content_type=MEDIA_TYPE)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The site's answer to an unknown address."""
    if not _is_of_the_api(request):
        return defaults.page_not_found(request, exception)
    return _answer(request, HTTPStatus.NOT_FOUND, "not-found", "There is nothing at this address.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The site's answer to a request that it does not trust."""
    if not _is_of_the_api(request):
        return defaults.bad_request(request, exception)
    return _answer(request, HTTPStatus.BAD_REQUEST, "bad-request", "The request cannot be understood.")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """The site's answer when something went wrong that nobody foresaw; what it was stands in the log."""
    if not _is_of_the_api(request):
        return defaults.server_error(request)
    says = "Something went wrong here; nothing was changed. It has been logged."
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", says)


def _is_of_the_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    document = _document(status, code, detail, request.path, {})
    return HttpResponse(as_json(document), MEDIA_TYPE, status)


def _document(status: int, code: str, detail: str, instance: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": f"urn:headgate:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "instance": instance,
        **more,
    }


@singledispatch
def _told(exception: Exception) -> Told | None:
    """Status, code, sentence and whatever else belongs to the problem; None for what was not foreseen."""
    return None


@_told.register
def _(exception: Refusal) -> Told:
    return HTTPStatus.CONFLICT, exception.code, exception.reason, {}


@_told.register
def _(exception: Unreadable) -> Told:
    problems = [problem.as_dict() for problem in exception.problems]
    says = "What was given cannot be read; nothing was written."
    return HTTPStatus.BAD_REQUEST, "unreadable", says, {"problems": problems}


@_told.register
def _(exception: Http404) -> Told:
    return HTTPStatus.NOT_FOUND, "not-found", "There is no such record, or you may not see it.", {}


@_told.register
def _(exception: PermissionDenied) -> Told:
    says = str(exception) or "You may not do this."
    return HTTPStatus.FORBIDDEN, "permission-denied", says, {}


@_told.register
def _(exception: ValidationError) -> Told:
    given = exception.message_dict if hasattr(exception, "error_dict") else exception.messages
    return _invalid(given)


@_told.register
def _(exception: exceptions.ValidationError) -> Told:
    return _invalid(exception.detail)


@_told.register
def _(exception: exceptions.APIException) -> Told:
    code = str(exception.get_codes()).replace("_", "-")
    return exception.status_code, code, str(exception.detail), {}


def _invalid(given: Any) -> Told:
    says = "What was given is not valid; nothing was changed."
    return HTTPStatus.BAD_REQUEST, "invalid", says, {"errors": list(_placed(given))}


def _placed(given: Any, at: str = "#") -> Iterator[tuple[str, str]]:
    """Each sentence with its place, as a JSON pointer (RFC 6901)."""
    if isinstance(given, Mapping):
        for name, inner in given.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _placed(inner, at if name in _OF_THE_WHOLE else f"{at}/{step}")
    elif isinstance(given, list):
        for number, inner in enumerate(given):
            yield from _placed(inner, at if isinstance(inner, str) else f"{at}/{number}")
    else:
        yield at, str(given)
