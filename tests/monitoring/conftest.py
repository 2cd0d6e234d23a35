"""The desk as people of an agency see it, for the tests of monitoring."""

from tests.desk.conftest import as_, foreign, plain_files

__all__ = ["as_", "foreign", "plain_files"]
