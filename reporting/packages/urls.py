"""Addresses of packages."""

from django.urls import path

from reporting.packages.views import content, package

urlpatterns = [
    path("packages/<str:number>/", package, name="package"),
    path("packages/<str:number>/file/", content, name="package-file"),
]
