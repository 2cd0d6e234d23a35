"""Addresses of samples."""

from django.urls import path

from reporting.sampling.views import file, sample

urlpatterns = [
    path("samples/<str:number>/", sample, name="sample"),
    path("samples/<str:number>/lines.<str:format>", file, name="sample-file"),
]
