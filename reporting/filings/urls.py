"""Addresses of filings in the portal."""

from django.urls import path

from reporting.filings import views

app_name = "filings"
urlpatterns = [
    path("subawards/<int:key>/reports/<slug:code>/", views.report, name="report"),
    path("subawards/<int:key>/reports/<slug:code>/enter/", views.enter, name="enter"),
    path("subawards/<int:key>/reports/<slug:code>/blank/", views.blank, name="blank"),
    path("filings/<int:key>/", views.filing, name="filing"),
    path("filings/<int:key>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("filings/<int:key>/certify/", views.certify, name="certify"),
    path("filings/<int:key>/receipt/", views.receipt, name="receipt"),
    path("filings/<int:key>/receipt.pdf", views.receipt_as_pdf, name="receipt-pdf"),
    path("filings/<int:key>/differences/", views.compare, name="compare"),
    path("filings/<int:key>/problems.json", views.problems, name="problems"),
    path("filings/<int:key>/commented/", views.commented, name="commented"),
    path("filings/<int:key>/file/", views.original, name="original"),
]
