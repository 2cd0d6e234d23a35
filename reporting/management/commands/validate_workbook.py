"""Reads and judges a workbook, and writes nothing."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reporting.workbook import WORKBOOKS, Reading, read_workbook


class Command(BaseCommand):
    """Prints what a workbook reports and every problem in it; exits 1 if one is an error."""

    help = "Reads and judges a workbook without keeping it: figures, problems with sheet and cell."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, and which layout to read it by."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--layout", metavar="CODE", help="read as this layout instead of finding it")
        parser.add_argument("--json", action="store_true", help="one JSON object on one line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the reading; exit 1 when the workbook cannot be accepted."""
        layout, path = options["layout"], options["file"]
        if layout and layout not in {name for w in WORKBOOKS.values() for name in (w.code, w.family)}:
            raise CommandError(f"There is no layout “{layout}”. There are: {', '.join(WORKBOOKS)}.")
        try:
            with path.open("rb") as file:
                reading = read_workbook(file, path.name, layout=layout)
        except OSError as why:
            raise CommandError(f"{path} cannot be read: {why.strerror}.") from why
        if options["json"]:
            self.stdout.write(json.dumps(reading.as_dict(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_told(reading)))
        if not reading.is_acceptable:
            sys.exit(1)


def _told(reading: Reading) -> list[str]:
    """The reading as lines of text for a terminal."""
    lines = [f"Layout {reading.layout}" if reading.layout else "No layout"]
    for sheet, figures in reading.as_dict()["figures"].items():
        told = [f"{name} {value}" for name, value in figures.items() if value != "0.00"]
        lines.append(f"  {sheet}: {'; '.join(told)}")
    lines.append(f"{len(reading.problems)} problems" if reading.problems else "No problems")
    lines += [f"  {problem} [{problem.rule}]" for problem in reading.problems]
    rules = WORKBOOKS[reading.layout].past_rules if reading.layout else ()
    if codes := sorted({rule.code for rule in rules}):
        lines.append(f"Not examined, for they need what was filed before: {', '.join(codes)}")
    return lines
