"""Runs the rules over the books and keeps what they find."""

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grants.compliance.examining import examine
from grants.compliance.models import Examination, Severity
from grants.compliance.rule import RULES
from grants.programs.models import Program


class Command(BaseCommand):
    """Nightly, or at any time: all the books, or those of one program."""

    help = "Run the rules over the books; prints counts by rule and severity."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--program", metavar="CODE", help="Only the books of this program.")
        parser.add_argument("--json", action="store_true", help="One JSON object on one line.")

    def handle(self, *args: Any, **options: Any) -> None:
        programs = None
        if options["program"]:
            programs = list(Program.objects.filter(code=options["program"]))
            if not programs:
                raise CommandError(f"There is no program “{options['program']}”.")
        found = told(examine(programs=programs))
        self.stdout.write(json.dumps(found) if options["json"] else _in_words(found))


def told(examinations: list[Examination]) -> dict[str, Any]:
    """Counts by rule and severity of all examinations together, and what was not examined."""
    by_rule: Counter = Counter()
    by_severity: Counter = Counter()
    for each in examinations:
        by_rule.update(each.counts["by_rule"])
        by_severity.update(each.counts["by_severity"])
    return {
        "as_of": examinations[0].as_of.isoformat() if examinations else None,
        "rules": len(examinations[0].rules) if examinations else 0,
        "by_rule": dict(sorted(by_rule.items())),
        "by_severity": {each.name.lower(): by_severity[each.name.lower()] for each in Severity},
        "opened": sum(each.opened for each in examinations),
        "reopened": sum(each.reopened for each in examinations),
        "corrected": sum(each.corrected for each in examinations),
        "not_examined": examinations[0].not_examined if examinations else [],
    }


def _in_words(found: dict[str, Any]) -> str:
    lines = [f"{found['rules']:,} rules were run over the books."]
    for code, count in found["by_rule"].items():
        lines.append(f"{count:>8,}  {RULES[code].title if code in RULES else code}")
    lines += [f"{found['by_severity'][each.name.lower()]:>8,}  {each.label}" for each in reversed(Severity)]
    lines.append(
        f"{found['opened']:,} are new, {found['reopened']:,} came back, {found['corrected']:,} are corrected."
    )
    lines += [f"Not examined: {each['title']}. {each['why']}" for each in found["not_examined"]]
    return "\n".join(lines)
