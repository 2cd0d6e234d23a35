"""Reading a CSV of ledger lines straight into a posting. Every problem is told at once, with its row."""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import date
from io import TextIOWrapper
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction

from grants.kernel.money import NotMoney, dollars
from grants.kernel.refusals import Problem, Unreadable
from grants.ledger.copying import LONGEST, NULL, TEXTS, copied
from grants.ledger.excess import excess_of
from grants.ledger.models import Kind, Posting, PostingKind
from grants.ledger.posting import Source, posting_into

REQUIRED = ("kind", "incurred_on", "amount")
OPTIONAL = (
    "subaward", "allocation", "federal_award", "project", "category", "is_advance", "payee", "period", "memo",
)  # fmt: skip
MOST_PROBLEMS = 1_000
_PLAIN_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")
YES_OR_NO = {"yes": "t", "true": "t", "no": "f", "false": "f", "": "f"}


def of_a_fiscal_officer(kind: str) -> str:
    """The sentence to who may not post a kind of line."""
    return f"Only a fiscal officer posts lines of the kind “{kind}”."


def read_into(
    program: Any, file: BinaryIO, *, kinds: frozenset[str], name: str, by: Any, reason: str
) -> Posting:
    """Post every line of ``file`` to the program, or raise Unreadable and post nothing.

    ``kinds`` are those of the lines that ``by`` may post. Where the database refuses because a subaward
    would be overspent, the row is told.
    """
    try:
        with transaction.atomic():
            return _copied_into(program, file, kinds=kinds, name=name, by=by, reason=reason)
    except IntegrityError as refused:
        if problems := excess_of(program, file, name=name):
            raise Unreadable(problems) from refused
        raise


def _copied_into(
    program: Any, file: BinaryIO, *, kinds: frozenset[str], name: str, by: Any, reason: str
) -> Posting:
    """Copy the lines as they are read."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    source = Source(f"file:{program.pk}:{digest}", name, PostingKind.FILE, digest)
    owners, problems = Owners(program), Problems(name)
    with posting_into(program, source, by=by, reason=reason) as (posting, write):
        begin = f"{posting.pk}\t{posting.posted_at.isoformat()}\t{program.pk}\t"
        chunk: list[str] = []
        for line in _lines(file, owners, kinds, problems):
            chunk.append(begin + line)
            if len(chunk) == 2_000:
                write("".join(chunk))
                chunk.clear()
        write("".join(chunk))
        if problems.found:
            raise Unreadable(problems.found)
    return posting


class Problems:
    """Problems of one file, up to as many as anyone would read."""

    def __init__(self, name: str | None) -> None:
        self._name = name
        self.found: list[Problem] = []
        self.noted = 0

    def add(self, message: str, row: int | None = None, column: str | None = None) -> None:
        """Note a problem at its place."""
        self.noted += 1
        if len(self.found) < MOST_PROBLEMS:
            self.found.append(Problem(message, self._name, row, column))


Keys = tuple[int | None, int | None, int | None, int | None]


class Owners:
    """What lines of one program may belong to, by the codes that files and calls use."""

    def __init__(self, program: Any) -> None:
        subawards = program.subawards.values_list("number", "pk", "allocation_id")
        self._subawards = {number: (key, allocation) for number, key, allocation in subawards}
        self._allocations = dict(program.allocations.values_list("party__code", "pk"))
        awards = program.fundings.exclude(federal_award=None).values_list(
            "federal_award__fain", "federal_award__code", "federal_award_id"
        )
        self._awards = {code: key for fain, own, key in awards for code in (fain, own) if code}
        splits = program.subawards.values_list("pk", "splits__federal_award_id")
        self._awards_of: dict[int | None, set[int | None]] = {}
        for subaward, award in splits:
            self._awards_of.setdefault(subaward, set()).add(award)
        self._awards_of[None] = set(program.fundings.values_list("federal_award_id", flat=True))
        projects = program.allocations.exclude(projects=None).values_list("projects__code", "projects__pk")
        self._projects = dict(projects)

    def keys_of(self, named: tuple[str, str, str, str], row: int, problems: Problems) -> Keys:
        """Keys of federal award, allocation, subaward and project, in the order of the ledger's columns.

        ``named`` has the codes of subaward, allocation, federal award and project, empty where there is
        none. Without a code the award is the one that pays the subaward, or the whole program.
        """
        number, party, award_code, project_code = named
        subaward = allocation = award = project = None
        if number:
            subaward, allocation = self._subawards.get(number, (None, None))
            if subaward is None:
                problems.add(f"There is no subaward “{number}” in this program.", row, "subaward")
                return None, None, None, None
        elif party:
            allocation = self._allocations.get(party)
            if allocation is None:
                problems.add(f"There is no allocation to “{party}” in this program.", row, "allocation")
        paying = self._awards_of.get(subaward, set())
        if award_code:
            award = self._awards.get(award_code)
        elif len(paying) == 1:
            award = next(iter(paying))
        if award is None and (award_code or len(paying) != 1):
            problems.add("Say which federal award pays this line.", row, "federal_award")
        if project_code:
            project = self._projects.get(project_code)
            if project is None:
                problems.add(f"There is no project “{project_code}” in this program.", row, "project")
        return award, allocation, subaward, project


def _lines(file: BinaryIO, owners: Owners, kinds: frozenset[str], problems: Problems) -> Iterator[str]:
    """Rows of COPY text, after the columns of the posting; none from the first problem on."""
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    reader = csv.reader(text)
    try:
        heading = [column.strip() for column in next(reader, [])]
        if not _is_complete(heading, problems):
            return
        read = _reader_of(heading, owners, kinds, problems)
        for cells in reader:
            if cells:
                line = read(cells, reader.line_num)
                if not problems.found:
                    yield line
    except UnicodeDecodeError:
        problems.add("This is not UTF-8 text. Save the file as “CSV UTF-8”.", reader.line_num + 1)
    except csv.Error as broken:
        problems.add(f"This row is not CSV: {broken}.", reader.line_num)
    finally:
        text.detach()


def _is_complete(heading: list[str], problems: Problems) -> bool:
    """Whether the heading names each column needed, none twice and none unknown."""
    for column in REQUIRED:
        if column not in heading:
            problems.add("This column is missing.", 1, column)
    for column in dict.fromkeys(heading):
        if heading.count(column) > 1:
            problems.add("This column stands there twice.", 1, column)
        if column not in REQUIRED + OPTIONAL:
            problems.add("This column is not known here.", 1, column)
    return not problems.found


def _reader_of(
    heading: list[str], owners: Owners, kinds: frozenset[str], problems: Problems
) -> Callable[[list[str], int], str]:
    """A function from the cells of a row to its COPY text, of no use once a problem is noted.

    What was read once without a problem is not read again; what was not is told in every row.
    """
    at = {column: heading.index(column) for column in heading}
    width = len(heading)
    days: dict[str, str] = {}
    known: dict[tuple[str, str, str, str], str] = {}
    kind_at, day_at, amount_at = at["kind"], at["incurred_on"], at["amount"]
    owner_at = [at.get(column) for column in ("subaward", "allocation", "federal_award", "project")]
    text_at = [(column, at.get(column), LONGEST[column]) for column in TEXTS]
    advance_at = at.get("is_advance")

    def read(cells: list[str], row: int) -> str:
        if len(cells) != width:
            problems.add(f"This row has {len(cells)} cells; the heading has {width}.", row)
            return ""
        kind, day, amount = cells[kind_at], cells[day_at], cells[amount_at]
        if kind not in kinds:
            problems.add(_not_a_kind(kind), row, "kind")
        incurred = days.get(day) or _day(day, row, problems)
        if incurred:
            days[day] = incurred
        if not _PLAIN_AMOUNT.fullmatch(amount) or not _is_above_zero(amount):
            amount = _amount(amount, row, problems)
        named = tuple("" if place is None else cells[place] for place in owner_at)
        owner = known.get(named)  # type: ignore[arg-type]
        if owner is None:
            before = problems.noted
            keys = owners.keys_of(named, row, problems)  # type: ignore[arg-type]
            owner = "\t".join(NULL if key is None else str(key) for key in keys)
            if problems.noted == before:
                known[named] = owner  # type: ignore[index]
        category, payee, period, memo = (
            "" if place is None else _text(cells[place], longest, row, column, problems)
            for column, place, longest in text_at
        )
        advance = "f" if advance_at is None else _advance(cells[advance_at], row, problems)
        return (
            f"{kind}\t{amount}\t{incurred}\t{owner}\t{category}\t{advance}\t{payee}\t{period}"
            f"\trow {row}\t{memo}\n"
        )

    return read


def _not_a_kind(kind: str) -> str:
    """What is wrong with a kind of line that may not be posted."""
    if kind in Kind.values:
        return of_a_fiscal_officer(kind)
    return f"“{kind}” is not a kind of line. The kinds are: {', '.join(Kind.values)}."


def _is_above_zero(amount: str) -> bool:
    """Whether a plain amount has any digit but zero."""
    return amount.strip("0.") != ""


def _text(text: str, longest: int, row: int, column: str, problems: Problems) -> str:
    """A text as one field of COPY."""
    if len(text) > longest:
        problems.add(f"This is longer than {longest} characters.", row, column)
    if "\0" in text:
        problems.add("This has a sign that no text may hold (NUL).", row, column)
    return copied(text)


def _advance(text: str, row: int, problems: Problems) -> str:
    """Whether a payment is an advance, as COPY writes it; nothing given means no."""
    answer = YES_OR_NO.get(text.strip().lower())
    if answer is None:
        problems.add(f"“{text}” is neither yes nor no, neither true nor false.", row, "is_advance")
    return answer or ""


def _day(text: str, row: int, problems: Problems) -> str:
    """A date as the database writes it."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        problems.add(f"“{text}” is not a date such as 2026-03-31.", row, "incurred_on")
        return ""


def _amount(text: str, row: int, problems: Problems) -> str:
    """An amount above zero in dollars."""
    try:
        amount = dollars(text)
    except NotMoney as wrong:
        problems.add(str(wrong), row, "amount")
        return ""
    if amount <= 0:
        problems.add(f"“{text}” is not above zero; a correction is made by reversing a line.", row, "amount")
    return str(amount)
