"""Addresses of the portal."""

from django.urls import path

from reporting.portal.views import home, lines, party, questions, reports, subaward
from reporting.portal.watched import audit

app_name = "portal"
urlpatterns = [
    path("", home, name="home"),
    path("parties/<int:key>/", party, name="party"),
    path("parties/<int:key>/reports/", reports, name="reports"),
    path("audits/<int:key>/", audit, name="audit"),
    path("subawards/<int:key>/", subaward, name="subaward"),
    path("subawards/<int:key>/questions/", questions, name="questions"),
    path("subawards/<int:key>/lines/", lines, name="lines"),
]
