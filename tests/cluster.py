"""A throw-away PostgreSQL for a test run, started before the settings are read; workers share it."""

import os
import tempfile
from pathlib import Path

if "DATABASE_URL" not in os.environ:
    from grants.postgres import embedded

    _folder = Path(tempfile.mkdtemp(prefix="headgate-tests-"))
    _folder.chmod(0o755)
    os.environ["DATABASE_URL"] = embedded(_folder / "postgres", throw_away=True)
    os.environ["HEADGATE_HOME"] = str(_folder)

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 40)
os.environ.setdefault("HEADGATE_HTTPS", "0")

if "PYTEST_XDIST_WORKER" in os.environ and "HEADGATE_HOME" in os.environ:
    # Each worker collects static files of its own: one would look while another writes.
    os.environ["HEADGATE_HOME"] += f"/{os.environ['PYTEST_XDIST_WORKER']}"
