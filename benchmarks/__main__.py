"""Measures the product against the limits of its design; one JSON object a line.

``python -m benchmarks`` runs all, ``python -m benchmarks posting`` one. It starts a PostgreSQL of its own,
with the settings of production (it waits for the disk), and removes it afterwards.
"""

import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

NAMES = ("neu_round", "posting", "filing", "spend_report", "rules", "pdf", "package", "exports")


def main() -> int:
    """Run the benchmarks named, or all; 1 if any misses its limit."""
    home = Path(tempfile.mkdtemp(prefix="headgate-bench-"))
    home.chmod(0o755)
    os.environ.update(HEADGATE_HOME=str(home), DATABASE_URL="", DJANGO_SETTINGS_MODULE="grants.settings")
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        results = [import_module(f"benchmarks.{name}").run() for name in sys.argv[1:] or NAMES]
        from django.db import connections

        connections.close_all()
        return 0 if all(results) else 1
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
