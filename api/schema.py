"""The description of the API (OpenAPI), and the page that shows it."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class Schema(SpectacularJSONAPIView):
    """The API as data; the same for everyone, so that a client can be built before anyone signs in."""

    authentication_classes: list[type] = []
    permission_classes = [AllowAny]


@method_decorator(csp_update({"style-src": [UNSAFE_INLINE], "connect-src": [SELF]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The API for reading and trying out. Its scripts come from here; its drawing writes styles inline."""

    authentication_classes: list[type] = []
    permission_classes = [AllowAny]
