"""Addresses of documents in the portal."""

from django.urls import path

from reporting.documents.views import document, documents, file, lines, signed

urlpatterns = [
    path("documents/", documents, name="documents"),
    path("documents/<str:number>/", document, name="document"),
    path("documents/<str:number>/file/", file, name="document-file"),
    path("documents/<str:number>/signed/", signed, name="document-signed"),
    path("documents/<str:number>/lines/", lines, name="document-lines"),
]
