"""Rules of the ARPA recovery funds (SLFRF) agency workbook.

SLFP: enforced by the ARPA reporter; SLFT: demanded by Treasury's bulk upload templates; SLFG: asked for by
the people who report. A name missing in the workbook's certification is a warning here, not an error: the
certification is signed by another person in this product (SLFG-009).
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from grants.kernel.money import ZERO, shown
from reporting.checks import ERROR, WARNING, holds, in_order, listed, needed, patterned, same_code, unique
from reporting.layout import Breach, Rows, Rule
from reporting.problems import Severity
from reporting.rows import Row
from reporting.workbooks.slfrf_project_rules import PROJECT_ID, of_project, says

_FACTS = json.loads(Path(__file__).with_name("slfrf_agency.json").read_text())
KNOWN: dict[str, str] = _FACTS["categories"]
PROJECTS = tuple(facts["sheet"] for facts in _FACTS["sheets"] if facts["ecs"])
RECIPIENTS, AWARDS = "Subrecipient", "Awards > 50000"
SPENT, AGGREGATES = "Expenditures > 50000", "Aggregate Awards < 50000"
FIFTY_THOUSAND = Decimal("50000.00")
UEI, TIN, ZIP, ZIP4 = r"[A-Za-z0-9]{12}", r"\d{9}", r"\d{5}", r"\d{4}"
BROADBAND = frozenset({"5.19", "5.20", "5.21"})
WITH_SECTOR = frozenset({"1.10", "2.35", "2.36", "4.1", "4.2"})


def category_on(rows: Rows) -> str:
    """The code of the expenditure category on the cover, such as 2.1; empty when it has none."""
    values = rows["Cover"].values("category")
    return values[0].partition("-")[0].strip() if values and values[0] else ""


def is_domestic(row: Row) -> bool:
    """Whether the address lies in the United States; a country that is blank is that."""
    return row["country"] is None or row["country"].upper() in ("US", "USA", "UNITED STATES")


def has_project(rows: Rows) -> bool:
    """Whether the workbook reports anything."""
    return any(len(rows[sheet]) for sheet in (*PROJECTS, RECIPIENTS, AWARDS, SPENT, AGGREGATES))


def _category(rows: Rows) -> Iterator[Breach]:
    for row in rows["Cover"]:
        if row["category"] is not None and category_on(rows) not in KNOWN:
            yield Breach(row, ("category",), f"“{row['category']}” is not an expenditure category.")


def _category_set(rows: Rows) -> Iterator[Breach]:
    for row in rows["Cover"]:
        if row["category"] is None and row.is_readable("category") and has_project(rows):
            yield Breach(row, ("category",), "The detailed expenditure category is blank.")


def _some_project(rows: Rows) -> Iterator[Breach]:
    for row in rows["Cover"]:
        if category_on(rows) in KNOWN and not any(len(rows[sheet]) for sheet in PROJECTS):
            yield Breach(row, ("category",), f"No project of category {category_on(rows)} is reported.")


def _reviewer(rows: Rows) -> Iterator[Breach]:
    for row in rows["Certification"] if has_project(rows) else ():
        if row["reviewer"] is None and row.is_readable("reviewer"):
            yield Breach(row, ("reviewer",), "The reviewer who certifies is not named.")


def by_project(rows: Rows, kind: str = "expenditure") -> dict[str, Decimal] | None:
    """What awards and aggregates spent in the period, by project; None when a cell of it cannot be read.

    Of a kind ``obligation`` what the aggregates obligated: awards do not tell that of the period.
    """
    awards, spent, aggregates = rows[AWARDS], rows[SPENT], rows[AGGREGATES]
    is_spent = kind == "expenditure"
    amount = f"quarterly_{kind}_amt_aggregates"
    readable = (
        awards.is_readable("award_no", PROJECT_ID)
        and spent.is_readable("sub_award_lookup", "expenditure_amount")
        and aggregates.is_readable(PROJECT_ID, amount)
    )
    if not readable:
        return None
    project_of = dict(zip(map(same_code, awards.values("award_no")), awards.values(PROJECT_ID), strict=True))
    totals: dict[str, Decimal] = {}
    pairs = zip(spent.values("sub_award_lookup"), spent.values("expenditure_amount"), strict=True)
    for award, cost in pairs if is_spent else ():
        project = same_code(project_of.get(same_code(award)))
        totals[project] = totals.get(project, ZERO) + (cost or ZERO)
    for row in aggregates:
        project = same_code(row[PROJECT_ID])
        totals[project] = totals.get(project, ZERO) + (row[amount] or ZERO)
    return totals


def _tie_out(rows: Rows) -> Iterator[Breach]:
    """SLFG-004: per project, spent in the period is its detailed expenditures and its aggregates."""
    totals = by_project(rows)
    if totals is None:
        return
    for sheet in PROJECTS:
        for row in rows[sheet]:
            stated = row["current_period_expenditures"]
            detail = totals.get(same_code(row[PROJECT_ID]), ZERO)
            if stated is not None and row[PROJECT_ID] is not None and stated != detail:
                yield Breach(
                    row,
                    ("current_period_expenditures",),
                    f"The project spent {shown(stated)} in the period, but its expenditures and aggregates "
                    f"add up to {shown(detail)}.",
                )


def _identifiers(row: Row, uei: str, tin: str) -> set[str]:
    return {same_code(row[name]) for name in (uei, tin) if row[name] is not None}


def _known_recipient(rows: Rows) -> Iterator[Breach]:
    """SLFP-030: the recipient of an award is in the sheet of subrecipients."""
    known = {i for r in rows[RECIPIENTS] for i in _identifiers(r, "unique_entity_identifier", "ein")}
    for row in rows[AWARDS]:
        ids = _identifiers(row, "recipient_uei", "recipient_ein")
        if ids and not ids & known:
            name = "recipient_uei" if row["recipient_uei"] is not None else "recipient_ein"
            yield Breach(row, (name,), f"“{row[name]}” is not in the sheet {RECIPIENTS}.")


def _used_recipient(rows: Rows) -> Iterator[Breach]:
    """SLFG-005: each subrecipient is used by an award."""
    used = {i for row in rows[AWARDS] for i in _identifiers(row, "recipient_uei", "recipient_ein")}
    for row in rows[RECIPIENTS]:
        ids = _identifiers(row, "unique_entity_identifier", "ein")
        if ids and not ids & used:
            name = "unique_entity_identifier" if row["unique_entity_identifier"] else "ein"
            yield Breach(row, (name,), "No award of this workbook goes to this subrecipient.")


def _award_before_spending(rows: Rows) -> Iterator[Breach]:
    """SLFG-003: an award is dated before its expenditures begin."""
    awards = {same_code(row["award_no"]): row["award_date"] for row in rows[AWARDS] if row["award_no"]}
    spent = rows[SPENT]
    pairs = zip(spent.values("sub_award_lookup"), spent.values("expenditure_start"), strict=True)
    for at, (award, begins) in enumerate(pairs):
        dated = awards.get(same_code(award)) if award else None
        if dated and begins and dated > begins:
            yield Breach(
                spent[at], ("expenditure_start",), "The expenditures begin before the date of the award."
            )


def _sectors(rows: Rows) -> Iterator[Breach]:
    """SLFT-036: awards of premium pay and of aid to industries name their sector and purpose."""
    for row in rows[AWARDS] if category_on(rows) in WITH_SECTOR else ():
        for name, what in (("primary_sector", "primary sector"), ("purpose_of_funds", "purpose of funds")):
            if row[name] is None and row.is_readable(name):
                yield Breach(row, (name,), f"The {what} is blank; category {category_on(rows)} asks for it.")
        if row["primary_sector"] == "Other" and row["if_other"] is None:
            yield Breach(row, ("if_other",), "The sector is “Other” without saying which.")


def _is(kind: str) -> Callable[[Row], bool]:
    """True of rows of recipients of a kind, of which one may have several."""
    return lambda row: kind in (row["entity_type_2"] or "").split("; ")


def _has_no(*names: str) -> Callable[[object, Row], bool]:
    """For ``holds``: passes unless all these cells are blank."""
    return lambda value, row: any(row[name] is not None or not row.is_readable(name) for name in names)


def _recipients() -> tuple[Rule, ...]:
    sheet, uei, tin = RECIPIENTS, "unique_entity_identifier", "ein"
    give = "Fill in the identifier."
    kinds: tuple[tuple[str, str, tuple[str, ...], str, Severity], ...] = (
        ("SLFP-021", "Subrecipient", (uei,), "A subrecipient needs a UEI.", ERROR),
        ("SLFP-022", "Contractor", (uei, tin), "A contractor needs a UEI or a tax number.", ERROR),
        ("SLFP-023", "Beneficiary", (uei, tin), "A beneficiary needs a UEI or a tax number.", ERROR),
        ("SLFP-024", "Beneficiary", (tin,), "A beneficiary new since July 2024 needs a tax number.", WARNING),
    )
    officers = ("officer", "officer_2", "officer_3", "officer_4", "officer_5")
    return (
        *(holds(rule, sheet, "entity_type_2", _has_no(*names), message, only_if=_is(kind), severity=weight,
                fix=give) for rule, kind, names, message, weight in kinds),
        patterned("SLFT-020", sheet, uei, UEI, "a UEI of 12 letters and digits"),
        patterned("SLFT-021", sheet, tin, TIN, "a tax number of 9 digits"),
        patterned("SLFT-023", sheet, "zip", ZIP, "a ZIP code of 5 digits", only_if=is_domestic),
        patterned("SLFT-023", sheet, "zip_4", ZIP4, "the 4 digits after a ZIP code"),
        needed("SLFT-024", sheet, "state_abbreviated", is_domestic, "The state is blank."),
        needed("SLFT-024", sheet, "zip", is_domestic, "The ZIP code is blank."),
        patterned("SLFT-025", sheet, "country", r"[A-Za-z]{2}", "a country code of two letters"),
        patterned("SLFP-015", sheet, "poc_email_address", r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address"),
        unique("SLFP-027", sheet, (uei,), "UEI", severity=WARNING),
        unique("SLFP-027", sheet, (tin,), "Tax number", severity=WARNING),
        Rule("SLFG-005", _used_recipient, "Take it out, or add its award.", WARNING),
        *(needed("SLFT-026", sheet, name, says("registered_in_sam_gov", "No"),
                 "It must be answered for a recipient that is not registered in SAM.gov.")
          for name in ("federal_funds_80_or_more_of_revenue", "derives_25_million_or_more_from_federal")),
        needed("SLFT-027", sheet, "total_compensation_for_officers_public",
               lambda row: row["federal_funds_80_or_more_of_revenue"] == "Yes"
               and row["derives_25_million_or_more_from_federal"] == "Yes",
               "Whether the pay of officers is public must be answered when both revenue tests are Yes."),
        *(needed("SLFT-028", sheet, f"{officer}_{what}", says("total_compensation_for_officers_public", "No"),
                 "The five best paid officers must be named with their pay.")
          for officer in officers for what in ("name", "total_comp")),
    )  # fmt: skip


def _awards() -> tuple[Rule, ...]:
    sheet = AWARDS

    def kind(begins: str) -> Callable[[Row], bool]:
        return lambda row: (row["award_type"] or "").startswith(begins)

    def estimates(row: Row) -> bool:
        return kind("Direct Payment")(row) and row["personnel_cost_estimates"] == "Yes"

    return (
        unique("SLFP-028", sheet, ("award_no",), "Subaward number"),
        Rule("SLFP-030", _known_recipient, f"Add it to the sheet {RECIPIENTS}, or correct it here."),
        patterned("SLFT-020", sheet, "recipient_uei", UEI, "a UEI of 12 letters and digits"),
        patterned("SLFT-021", sheet, "recipient_ein", TIN, "a tax number of 9 digits"),
        holds("SLFT-029", sheet, "entity_type_2", _has_no("recipient_uei"), "A subrecipient needs a UEI.",
              only_if=says("entity_type_2", "Subrecipient"), fix="Fill in the UEI."),
        holds("SLFT-030", sheet, "award_amount", lambda value, row: value >= FIFTY_THOUSAND or value == ZERO,
              "The award is {value}; awards below $50,000 belong in the aggregate sheet.",
              fix="Move it to the aggregate sheet."),
        patterned("SLFT-023", sheet, "place_of_performance_zip", ZIP, "a ZIP code of 5 digits"),
        patterned("SLFT-023", sheet, "place_of_performance_zip_4", ZIP4, "the 4 digits after a ZIP code"),
        needed("SLFT-031", sheet, "loan_expiration_date", kind("Loan"), "A loan needs its expiration date."),
        *(needed("SLFT-032", sheet, name, kind("Interagency"), "An interagency agreement must answer this.")
          for name in ("iaa_basic_conditions", "iaa_requirements_attestation")),
        *(needed("SLFT-033", sheet, name, estimates, "Estimated personnel costs need this.")
          for name in ("personnel_estimated_expended", "personnel_expended_fte_count",
                       "personnel_expended_justification")),
        needed("SLFT-034", sheet, "contract_expended_justification",
               lambda row: kind("Contract")(row) and bool(row["contract_estimated_expended"]),
               "The estimate of a contract needs its justification."),
        needed("SLFT-035", sheet, "edited_subaward_amount_explanation", says("subaward_changed", "Yes"),
               "The amount changed without a reason."),
        Rule("SLFT-036", _sectors, "Fill it in."),
        in_order("SLFT-037", sheet, "period_of_performance_start", "period_of_performance_end",
                 "Performance starts on {first}, after it ends on {last}."),
    )  # fmt: skip


def _known_projects(sheet: str) -> Rule:
    """SLFP-029: the project of an award or aggregate is one of the projects reported."""

    def check(rows: Rows) -> Iterator[Breach]:
        known = {same_code(i) for name in PROJECTS for i in rows[name].values(PROJECT_ID) if i is not None}
        for row in rows[sheet]:
            if row[PROJECT_ID] is not None and same_code(row[PROJECT_ID]) not in known:
                yield Breach(
                    row, (PROJECT_ID,), f"Project “{row[PROJECT_ID]}” is not reported in this workbook."
                )

    return Rule("SLFP-029", check, "Report the project, or correct its number here.")


RULES: tuple[Rule, ...] = (
    Rule("SLFP-004", _category_set, "Choose the category on the cover."),
    Rule("SLFP-005", _category, "Choose the category from the list."),
    Rule("SLFP-007", _some_project, "Report at least one project."),
    Rule("SLFG-009", _reviewer, "Name the reviewer, or certify here.", WARNING),
    *(rule for sheet in PROJECTS for rule in of_project(sheet)),
    *_recipients(),
    *_awards(),
    _known_projects(AWARDS),
    _known_projects(AGGREGATES),
    listed("SLFP-031", SPENT, "sub_award_lookup", AWARDS, ("award_no",)),
    in_order("SLFT-038", SPENT, "expenditure_start", "expenditure_end",
             "The expenditures begin on {first}, after they end on {last}."),
    Rule("SLFG-003", _award_before_spending, "Correct the date of the award or of the spending.", WARNING),
    Rule("SLFG-004", _tie_out, "Correct the amount of the project or its lines.", WARNING),
)  # fmt: skip
