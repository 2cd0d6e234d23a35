"""The content security policy of the desk.

The admin's interface (Alpine.js) builds functions from its markup and sets styles in place, which the policy
of the rest of the site forbids. So only pages under the desk's address allow it; everything still comes from
this site alone.
"""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

_AT_THE_DESK = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}


class DeskPolicy:
    """Lets the pages of the desk, and no others, run the admin's interface."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if request.path_info.startswith(reverse("admin:index")):
            response._csp_replace = _AT_THE_DESK  # type: ignore[attr-defined]
        return response
