"""The two workbooks of the Federal Audit Clearinghouse that a state fills in: federal awards, and the notes.

Both are written into the Clearinghouse's own templates. Amounts are whole dollars that still add up: every
award is less than a dollar from what the books have, and the sum of all is theirs, rounded half up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from grants.kernel.money import half_up, in_whole_dollars, total
from grants.programs.clusters import OTHER_CLUSTER, RESEARCH, STATE_CLUSTER
from reporting.exports.fac import award_checks, file_checks, submission_checks  # noqa: F401 declare checks
from reporting.exports.fac.intake import Note, Row, Submission, refused
from reporting.exports.fac.submission_checks import cluster_of, cluster_totals, program_totals, whole
from reporting.exports.template import Cell, Template
from reporting.problems import Found

_FOLDER = Path(__file__).parents[1] / "templates" / "fac"
COVID = "COVID-19"
_COVER = ("version", "section_name", "auditee_uei", "total_amount_expended")
_NOTES_COVER = ("accounting_policies", "is_minimis_rate_used", "rate_explained")
_NOTES_COLUMNS = ("note_title", "note_content", "contains_chart_or_table")


@cache
def awards_template() -> Template:
    """The template of the federal awards."""
    return Template((_FOLDER / "federal-awards-workbook.xlsx").read_bytes())


@cache
def notes_template() -> Template:
    """The template of the notes."""
    return Template((_FOLDER / "notes-to-sefa-workbook.xlsx").read_bytes())


@cache
def catalog() -> Mapping[str, str]:
    """The name of each Assistance Listing that the Clearinghouse knows; the first where it lists several."""
    names = awards_template().values("federal_program_name_lookup")
    known: dict[str, str] = {}
    for listing, name in zip(awards_template().values("aln_lookup"), names, strict=True):
        known.setdefault(listing, name)
    return known


@cache
def clusters() -> Sequence[str]:
    """The program clusters that the Clearinghouse knows."""
    return tuple(awards_template().values("cluster_name_lookup"))


@cache
def _columns() -> Mapping[str, str]:
    places = awards_template().places.items()
    return {name: column for name, (sheet, column, _, _) in places if sheet == "Form"}


def submission(figures: Mapping[str, Any]) -> Submission:
    """Both workbooks of a party's schedule, from its figures: see ``rows_of`` and ``notes`` there."""
    rows = rows_of(figures["lines"])
    _, _, first, last = awards_template().places["award_reference"]
    places = {**notes_template().places, **awards_template().places}
    return Submission(
        uei=figures["uei"],
        rows=rows,
        total=sum(whole(row["amount_expended"]) for row in rows),
        year_starts_on=figures["year_starts_on"],
        accounting_policies=figures["accounting_policies"],
        is_de_minimis_used=figures["is_de_minimis_used"],
        rate_explained=figures["rate_explained"],
        notes=[Note(title, content) for title, content in figures["notes"]],
        notes_uei=figures["uei"],
        catalog=catalog(),
        clusters=clusters(),
        columns=_columns(),
        cover={name: f"{places[name][1]}{places[name][2]}" for name in (*_COVER, *_NOTES_COVER)},
        most_rows=last - first + 1,
        version=next(awards_template().values("version")),
    )


def rows_of(lines: Sequence[Mapping[str, Any]]) -> list[Row]:
    """A row for each award of a schedule, in its order, with what the formulas of the sheet compute.

    What the auditor decides stays empty: which programs are major, their opinion, and the findings.
    """
    expended, passed = _dollars(lines)
    rows = [_row(line, expended[n], passed[n]) for n, line in enumerate(lines)]
    return computed(rows)


def computed(rows: Iterable[Row]) -> list[Row]:
    """The rows with what the formulas of the sheet compute of them."""
    given = list(rows)
    by_program, by_cluster = program_totals(given), cluster_totals(given)
    return [
        {
            **row,
            "award_reference": f"AWARD-{number:05}",
            "federal_program_total": by_program[row["federal_agency_prefix"], row["three_digit_extension"]],
            "cluster_total": by_cluster[cluster] if (cluster := cluster_of(row)) else 0,
            "cfda_key": f"{row['federal_agency_prefix']}.{row['three_digit_extension']}",
            "uniform_state_cluster_name": str(row["state_cluster_name"] or "").strip().upper(),
            "uniform_other_cluster_name": str(row["other_cluster_name"] or "").strip().upper(),
            "default_program_name": catalog().get(
                f"{row['federal_agency_prefix']}.{row['three_digit_extension']}", ""
            ),
        }
        for number, row in enumerate(given, 1)
    ]


def _dollars(lines: Sequence[Mapping[str, Any]]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """What each line expended and passed on, in whole dollars, so that each column foots to its own sum.

    Of one line, what it passed on and what it spent itself are rounded apart and then added, so that it
    never passes on more than it expended because of rounding.
    """
    passed = {n: line["passed_on"] for n, line in enumerate(lines)}
    own = {n: line["expended"] - line["passed_on"] for n, line in enumerate(lines)}
    all_of_it = half_up(total(line["expended"] for line in lines))
    in_passed = in_whole_dollars(passed)
    in_own = in_whole_dollars(own, all_of_it - sum(in_passed.values()))
    return {n: in_own[n] + in_passed[n] for n in own}, in_passed


def _row(line: Mapping[str, Any], expended: int, passed: int) -> Row:
    prefix, _, extension = line["aln"].partition(".")
    cluster = RESEARCH if line["is_research"] else line["cluster"]
    known = catalog().get(line["aln"])
    identified = filter(None, (COVID if line["is_covid"] else "", line["fain"]))
    return {
        "federal_agency_prefix": prefix,
        "three_digit_extension": extension,
        "additional_award_identification": ", ".join(identified) or None,
        "program_name": known or line["title"],
        "amount_expended": expended,
        "cluster_name": cluster or None,
        "state_cluster_name": line["cluster_name"] if cluster == STATE_CLUSTER else None,
        "other_cluster_name": line["cluster_name"] if cluster == OTHER_CLUSTER else None,
        "is_guaranteed": _answer(line["is_loan"]),
        "loan_balance_at_audit_period_end": _balance(line["loan_balance"]),
        "is_direct": _answer(line["is_direct"]),
        "passthrough_name": line["received_from"] or None,
        "passthrough_identifying_number": line["received_number"] or None,
        "is_passed": "Y" if passed else "N",
        "subrecipient_amount": passed or None,
        "is_major": None,
        "audit_report_type": None,
        "number_of_audit_findings": None,
    }


def _answer(known: bool | None) -> str | None:
    return {True: "Y", False: "N"}.get(known) if known is not None else None


def _balance(amount: Decimal | None) -> int | None:
    return None if amount is None else half_up(amount)


def awards_workbook(given: Submission) -> bytes:
    """The workbook of the federal awards."""
    template = awards_template()
    form: dict[str, Cell] = {}
    for index, row in enumerate(given.rows):
        for name, value in row.items():
            if value is not None:
                _, column, first, _ = template.places[name]
                form[f"{column}{first + index}"] = value
    cover = _cover(template, {"auditee_uei": given.uei, "total_amount_expended": given.total})
    return template.filled({"Coversheet": cover, "Form": form})


def notes_workbook(given: Submission) -> bytes:
    """The workbook of the notes."""
    template = notes_template()
    form: dict[str, Cell] = {}
    for index, note in enumerate(given.notes):
        for name, value in zip(_NOTES_COLUMNS, (note.title, note.content, note.has_table), strict=True):
            _, column, first, _ = template.places[name]
            form[f"{column}{first + index}"] = value
    answers = (given.accounting_policies, given.is_de_minimis_used, given.rate_explained)
    cover = _cover(template, {"auditee_uei": given.uei, **dict(zip(_NOTES_COVER, answers, strict=True))})
    return template.filled({"Coversheet": cover, "Form": form})


def _cover(template: Template, values: Mapping[str, Cell | None]) -> dict[str, Cell]:
    places = template.places
    return {f"{places[name][1]}{places[name][2]}": value for name, value in values.items() if value}


def judged(given: Submission) -> tuple[Mapping[str, bytes], tuple[Found, ...]]:
    """Both workbooks by their section, and everything of them that the Clearinghouse would refuse."""
    made = {"FederalAwards": awards_workbook(given), "NotesToSefa": notes_workbook(given)}
    return made, refused(replace(given, made=made))
