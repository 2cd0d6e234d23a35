"""Changes of the ledger: lines are posted, and lines are reversed. There is no other."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from grants.kernel.action import action
from grants.kernel.refusals import Refusal
from grants.kernel.scope import may
from grants.ledger.files import of_a_fiscal_officer, read_into
from grants.ledger.models import Entry, Kind, Posting, PostingKind
from grants.ledger.posting import Line, Source, post, reverse

COSTS = frozenset({Kind.EXPENDITURE, Kind.COST_SHARE, Kind.PROGRAM_INCOME})
"""Kinds of lines that tell what was done; a fiscal officer posts those that promise or move money."""


@action("ledger.post", needs="post_costs", locks=False)
def post_entries(
    program: Any,
    lines: Iterable[Line],
    *,
    key: str,
    reason: str,
    kind: PostingKind = PostingKind.FORM,
    by: Any,
) -> Posting:
    """Post lines entered by hand or by a call; ``key`` makes a repeated request harmless.

    ``lines`` must not ask the database as they come. Refuses ``nothing-to-post``, and
    ``needs-fiscal-officer`` when who may only post costs would post anything else.
    """
    if not lines:
        raise Refusal("There is no line to post.", code="nothing-to-post")
    kinds = _kinds_for(by, program)
    if kinds == COSTS:
        lines = list(lines)
        for line in lines:
            if line.kind not in COSTS:
                raise Refusal(of_a_fiscal_officer(line.kind), code="needs-fiscal-officer")
    source = Source(key=f"{kind}:{key}", name=f"Entries of {by}", kind=kind)
    return post(program, lines, source, by=by, reason=reason)


@action("ledger.post_file", needs="post_costs", locks=False)
def post_file(program: Any, file: BinaryIO, *, name: str, reason: str = "", by: Any) -> Posting:
    """Post the lines of a CSV file, whole or not at all.

    Raises Unreadable with every problem and its row; a line that a fiscal officer must post is one, for
    everybody else. Refuses ``posted-already`` for the same bytes.
    """
    return read_into(program, file, kinds=_kinds_for(by, program), name=name, by=by, reason=reason)


@action("ledger.reverse_entry", needs="reverse_entries")
def reverse_entry(entry: Entry, *, reason: str, by: Any) -> Posting:
    """Reverse one line: a line of the opposite amount that names it.

    Refuses ``reversal`` for a line that is itself a reversal, and ``reversed-already``.
    """
    if entry.reverses_id:
        raise Refusal("A reversal cannot be reversed; post the line anew.", code="reversal")
    return reverse(
        Entry.objects.filter(pk=entry.pk), entry.program, f"entry:{entry.pk}", reason=reason, by=by
    )


@action("ledger.reverse_posting", needs="reverse_entries")
def reverse_posting(posting: Posting, *, reason: str, by: Any) -> Posting:
    """Reverse every line of a posting that is not reversed yet."""
    lines = Entry.objects.filter(posting=posting, reverses=None, reversals=None)
    if not lines.exists():
        raise Refusal(f"Nothing of “{posting}” is left to reverse.", code="reversed-already")
    return reverse(lines, posting.program, f"posting:{posting.pk}", reason=reason, by=by)


def _kinds_for(person: Any, program: Any) -> frozenset[str]:
    """The kinds of lines that a person may post to a program."""
    return frozenset(Kind) if may(person, "post_entries", program) else COSTS
