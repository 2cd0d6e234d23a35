"""Brings the database and the static files up to this version of the product."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """Migrations, the cache's table, static files; nothing where nothing changed."""

    help = "Prepare the database and static files; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
        if not _static_files_are_current():
            call_command("collectstatic", interactive=False, verbosity=0)


def _static_files_are_current() -> bool:
    """Whether the manifest of collected files is newer than every file it was made of."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return False
    made_at = manifest.stat().st_mtime
    found = (storage.path(path) for finder in get_finders() for path, storage in finder.list(None))
    return all(Path(path).stat().st_mtime < made_at for path in found)
