"""The framework's admin, with the desk as its site."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin whose site is the desk."""

    default_site = "grants.desk.site.DeskSite"
