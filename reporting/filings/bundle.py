"""All filings of a period at once: as a zip with an index, and judged anew against the rules of today."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.db.models import QuerySet

from grants.kernel.refusals import Refusal, Unreadable
from reporting.blocks import (
    Column,
    FigureTable,
)
from reporting.filings.models import SIGNED, Filing, FilingContent, ReportingPeriod, Stage
from reporting.filings.reading import read
from reporting.problems import Severity
from reporting.sheets import draw_csv

_UNSAFE = re.compile(r"[^\w.()\- ]+")
PACKED_ALREADY = (".xlsx", ".xlsm")
JUDGED = (Stage.CHECKED, *SIGNED)
"""Stages of filings that are judged anew: a draft is, when its file comes again."""

INDEX = (
    Column("Number"),
    Column("Subaward"),
    Column("Subrecipient"),
    Column("Stage"),
    Column("Layout"),
    Column("Lines", "count"),
    Column("Spent ($)", "dollars"),
    Column("Prepared by"),
    Column("Certified by"),
    Column("Certified at"),
    Column("Late"),
    Column("File"),
    Column("Bytes", "count"),
    Column("SHA-256"),
)


@dataclass(frozen=True)
class Rejudged:
    """A filing that the rules of today judge otherwise: problems that are new, and those that are gone.

    Problems as they are kept: with severity, sheet, cells, message, fix and rule.
    """

    filing: Filing
    new: Sequence[dict[str, str]]
    gone: Sequence[dict[str, str]]

    @property
    def new_errors(self) -> int:
        """How many of the new problems would refuse the filing today."""
        return sum(problem["severity"] == Severity.ERROR for problem in self.new)


def zip_of(period: ReportingPeriod, out: IO[bytes], *, person: Any) -> int:
    """Write the filings of a period that ``person`` may see, replaced ones left out, and ``index.csv``.

    One file after another, so that memory holds no more than one. Returns how many.
    """
    filings = _within(period, person).exclude(stage=Stage.REPLACED)
    rows = []
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for filing in filings.iterator(chunk_size=100):
            path = f"{safe_name(filing.subaward.number)}/{filing.number} {safe_name(filing.name)}"
            content = bytes(FilingContent.objects.values_list("content", flat=True).get(filing=filing))
            packing = ZIP_STORED if path.lower().endswith(PACKED_ALREADY) else ZIP_DEFLATED
            archive.writestr(path, content, packing)
            rows.append(index_row(filing, path))
        archive.writestr("index.csv", draw_csv([FigureTable("", INDEX, rows)]))
    return len(rows)


def rejudged(
    period: ReportingPeriod, *, person: Any, among: Collection[int] | None = None
) -> Iterator[Rejudged]:
    """The checked and signed filings of a period that are judged otherwise today; nothing is changed.

    Only of those whose keys are ``among`` the given ones, if any are given.
    """
    filings = _within(period, person).filter(stage__in=JUDGED)
    for filing in filings if among is None else filings.filter(pk__in=among):
        content = bytes(FilingContent.objects.values_list("content", flat=True).get(filing=filing))
        now = _problems_today(filing, content)
        new = [problem for problem in now if problem not in filing.problems]
        gone = [problem for problem in filing.problems if problem not in now]
        if new or gone:
            yield Rejudged(filing, new, gone)


def _within(period: ReportingPeriod, person: Any) -> QuerySet[Filing]:
    filings = Filing.objects.visible_to(person).filter(period=period)
    return filings.select_related(
        "subaward__subrecipient", "subaward__program", "period", "prepared_by", "certified_by"
    ).order_by("subaward__number", "pk")


def _problems_today(filing: Filing, content: bytes) -> list[dict[str, str]]:
    try:
        found = read(content, filing.name, subaward=filing.subaward, period=filing.period).problems
    except (Refusal, Unreadable) as no:
        says = {"message": str(no), "fix": "", "rule": "filing-not-taken-any-more"}
        return [{"severity": Severity.ERROR, "sheet": "", "cells": "", **says}]
    return [problem.as_dict() for problem in found]


def index_row(filing: Filing, path: str) -> tuple[Any, ...]:
    """A filing in the index of the files that hold it."""
    return (
        filing.number,
        filing.subaward.number,
        str(filing.subaward.subrecipient),
        filing.get_stage_display(),
        filing.layout,
        filing.line_count,
        filing.spent,
        str(filing.prepared_by),
        str(filing.certified_by or ""),
        filing.certified_at,
        "yes" if filing.is_late else "no",
        path,
        filing.size,
        filing.sha256,
    )


def safe_name(name: str) -> str:
    """A name that can stand in any folder: no way out of it, nothing that a system forbids."""
    return _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(". ") or "file"
