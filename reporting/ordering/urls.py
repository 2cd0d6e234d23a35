"""Addresses of ordered reports."""

from django.urls import path

from reporting.ordering.views import order

urlpatterns = [path("orders/<int:key>/", order, name="order")]
