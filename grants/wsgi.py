"""The door for a web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grants.settings")
application = get_wsgi_application()

from grants.checks import refuse_to_start_wrongly  # noqa: E402

refuse_to_start_wrongly()
