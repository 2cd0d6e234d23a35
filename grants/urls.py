"""Addresses of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView

from reporting.documents.views import verify

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html"), name="home"),
    path("", include("grants.parties.urls")),
    path("portal/", include("reporting.portal.urls")),
    path("portal/", include("reporting.filings.urls")),
    path("portal/", include("reporting.documents.urls")),
    path("portal/", include("reporting.ordering.urls")),
    path("portal/", include("reporting.sampling.urls")),
    path("portal/", include("reporting.packages.urls")),
    path("verify/", verify, name="verify"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("api.urls")),
]

handler400 = "api.problems.bad_request"
handler404 = "api.problems.not_found"
handler500 = "api.problems.server_error"
