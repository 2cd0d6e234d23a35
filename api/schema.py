"""The description of the API (OpenAPI), and the page that shows it."""

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from api.problems import MEDIA_TYPE

_TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": (
        "`code` is stable. `errors` tells what is not valid, by JSON pointer into the body or by parameter; "
        "`problems` tells what cannot be read in a file or in inputs, by row and column."
    ),
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {"detail": _TEXT, "pointer": _TEXT, "parameter": _TEXT},
            },
        },
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message"],
                "properties": {
                    "message": _TEXT,
                    "file": {"type": ["string", "null"]},
                    "row": {"type": ["integer", "null"]},
                    "column": {"type": ["string", "null"]},
                },
            },
        },
    },
}


class Schema(SpectacularJSONAPIView):
    """The API as data; the same for everyone, so that a client can be built before anyone signs in."""

    authentication_classes: list[type] = []
    permission_classes = [AllowAny]


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The description with the one way in which every call says no."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    answer = {
        "description": "Why it was not done (RFC 9457); nothing was changed.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = answer
    return result


@method_decorator(csp_update({"style-src": [UNSAFE_INLINE], "connect-src": [SELF]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The API for reading and trying out. Its scripts come from here; its drawing writes styles inline."""

    authentication_classes: list[type] = []
    permission_classes = [AllowAny]
