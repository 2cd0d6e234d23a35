"""Run an allocation method on a file of inputs, without writing anything.

What cannot be read is told on the error output, as sentences or with ``--json`` as one line
``{"problems": [...]}``; then the exit code is 1 and nothing is printed. In JSON the row of a problem is the
place counted from 1, in a CSV it is the line of the file.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from grants.kernel.money import shown
from grants.kernel.refusals import Problem, Unreadable
from grants.programs.input_files import read_file
from grants.programs.inputs import allocated, method_of
from grants.programs.method import Outcome


class Command(BaseCommand):
    """``allocate METHOD FILE``: shares, tranches, what is returned, and every step in words."""

    help = "Run an allocation method on a file of inputs, without writing anything."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "method", help="population, fixed, base-plus-population, neu, reallocation, slcgp, …"
        )
        parser.add_argument("file", type=Path, help="a JSON file of a whole round, or a .csv of its places")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one line of JSON")
        parser.add_argument("--amount", help="with a CSV: the amount to share out")
        parser.add_argument("--on", help="with a CSV: the date on which the law is read")
        parser.add_argument(
            "--with", action="append", default=[], dest="others", metavar="NAME=VALUE",
            help="with a CSV: any other input of the round, such as base=1000.00",
        )  # fmt: skip

    def handle(self, *, method: str, file: Path, as_json: bool, **options: Any) -> None:
        try:
            method_of(method)
            given = read_file(file, options=_of_the_round(**options))
            outcome = allocated(method, given.document, file=file.name, rows=given.rows)
        except Unreadable as unreadable:
            self._tell(unreadable, as_json=as_json)
            sys.exit(1)
        if as_json:
            self.stdout.write(json.dumps(outcome.as_dict(), ensure_ascii=False))
        else:
            self.stdout.writelines(f"{line}\n" for line in _table(outcome))

    def _tell(self, unreadable: Unreadable, *, as_json: bool) -> None:
        if as_json:
            problems = [problem.as_dict() for problem in unreadable.problems]
            self.stderr.write(json.dumps({"problems": problems}, ensure_ascii=False))
        else:
            self.stderr.write(str(unreadable))


def _of_the_round(*, amount: str | None, on: str | None, others: Sequence[str], **_: Any) -> dict[str, str]:
    """The inputs of the round that stand in the options rather than in the file."""
    pairs = [other.partition("=") for other in others]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise Unreadable(
            Problem(f"“{name}” is not written as NAME=VALUE.", column="--with") for name in wrong
        )
    given = {"amount": amount, "on": on} | {name: value for name, _, value in pairs}
    return {name: value for name, value in given.items() if value is not None}


def _table(outcome: Outcome) -> Iterator[str]:
    """The outcome for reading: a line a place with its steps below, and what became of the whole."""
    width = max(len(share.id) for share in outcome.shares)
    for share in outcome.shares:
        yield f"{share.id:<{width}}  {shown(share.amount):>20}"
        yield from (f"{'':<{width}}    {step}" for step in share.steps)
    yield ""
    figures = [("total", outcome.total), ("returned", outcome.returned)]
    figures += [("transferred to the state", outcome.transferred), ("undistributed", outcome.undistributed)]
    figures += [(f"floor: {name.replace('_', ' ')}", floor) for name, floor in outcome.floors.items()]
    yield from (f"{name:<26}{shown(figure):>20}" for name, figure in figures)
