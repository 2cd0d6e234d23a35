"""Rules of the Capital Projects Fund (CPF) agency workbook.

CPFP: enforced by the CPF reporter; CPFT: demanded by Treasury's bulk upload templates of 1A, 1B and 1C.
A rule on a column that a use does not have keeps silent.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from grants.kernel.money import ZERO
from reporting.checks import holds, in_order, needed, patterned, same_code
from reporting.layout import Breach, Rows, Rule
from reporting.rows import Row

FIVE_MILLION = Decimal("5000000.00")
PROJECT, RECIPIENTS = "Project", "Subrecipients"
UEI, TIN = r"[A-Za-z0-9]{12}", r"\d{9}"


def name_of(key: str) -> str:
    """The name of a column from Treasury's field id: ``Project_Name__c`` is ``project_name``."""
    return re.sub(r"\W+", "_", key.removesuffix("__c")).strip("_").lower()


def status(*numbers: str) -> Callable[[Row], bool]:
    """True of projects whose status begins with one of the numbers."""
    return lambda row: (row["project_status"] or " ")[0] in numbers


def says(name: str, begins: str) -> Callable[[Row], bool]:
    """True of rows whose cell begins so."""
    return lambda row: (row[name] or "").startswith(begins)


def is_large(row: Row) -> bool:
    """Whether more than five million dollars are obligated."""
    return (row["cumulative_obligation"] or ZERO) > FIVE_MILLION


def is_large_and(name: str, answer: str) -> Callable[[Row], bool]:
    """True of large projects that answered so."""
    return lambda row: is_large(row) and row[name] == answer


def filled(name: str) -> Callable[[Row], bool]:
    """True of rows where a number or amount is not zero."""
    return lambda row: bool(row[name])


def _need(
    code: str, names: tuple[str, ...], only_if: Callable[[Row], bool], message: str
) -> tuple[Rule, ...]:
    return tuple(needed(code, PROJECT, name, only_if, message) for name in names)


def _category(rows: Rows) -> Iterator[Breach]:
    """CPFP-003: the code and the name on the cover are a pair."""
    for row in rows["Cover"]:
        if row.has("use", "use_name") and not row["use_name"].startswith(row["use"][:2]):
            yield Breach(row, ("use", "use_name"), f"“{row['use']}” and “{row['use_name']}” are not a pair.")


def _some_project(rows: Rows) -> Iterator[Breach]:
    for row in rows["Cover"]:
        if row["use"] is not None and not len(rows[PROJECT]):
            yield Breach(row, ("use",), "No project is reported.")


def _known_recipient(rows: Rows) -> Iterator[Breach]:
    """CPFP-007: the pair of tax number and UEI of a project is in the sheet of subrecipients."""
    known = {
        (same_code(row["ein"]), same_code(row["unique_entity_identifier"]))
        for row in rows[RECIPIENTS]
        if row.has("ein", "unique_entity_identifier")
    }
    for row in rows[PROJECT]:
        if row.has("subrecipient_tin", "subrecipient_uei"):
            pair = (same_code(row["subrecipient_tin"]), same_code(row["subrecipient_uei"]))
            if pair not in known:
                names = ("subrecipient_uei", "subrecipient_tin")
                yield Breach(row, names, f"The subrecipient is not in the sheet {RECIPIENTS}.")


def _locations(rows: Rows) -> Iterator[Breach]:
    """CPFT-014 and 015: counts that do not add up need an explanation."""
    before = ("x25_3_mbps_or_below_planned", "x25_3_mbps_and_100_20_mbps_planned")
    after = ("minimum_100_100_mbps_planned", "x100_20_mbps_to_100_100_mbps_planned")
    for row in rows[PROJECT]:
        whole = "locations_served_planned"
        for parts in (before, after):
            is_off = row.has(whole, *parts) and sum(row[name] for name in parts) != row[whole]
            if is_off and row["explanation_of_discrepancy"] is None:
                yield Breach(row, parts, "The speeds do not add up to the locations served, unexplained.")


def _kinds(rows: Rows) -> Iterator[Breach]:
    kinds = ("number_of_locations_planned", "number_of_bus_locations_planned", "number_of_cai_planned")
    for row in rows[PROJECT]:
        has_less = row.has("housing_units_planned", kinds[0]) and row["housing_units_planned"] < row[kinds[0]]
        whole = "locations_served_planned"
        is_off = row.has(whole, *kinds) and sum(row[name] for name in kinds) != row[whole]
        if (
            (has_less or is_off)
            and row["explanation_planned"] is None
            and row.is_readable("explanation_planned")
        ):
            yield Breach(row, ("explanation_planned",), "The kinds of location do not add up.")


LARGE = ("davis_bacon_certification", "project_labor_certification", "prioritize_local_hires",
         "community_benefit_agreement")  # fmt: skip
WORKFORCE = ("number_of_direct_employees", "number_of_contractor_employees", "number_of_3rd_party_employees",
             "any_wages_less_than_prevailing", "wages_and_benefits")  # fmt: skip
LABOR = ("assurance_of_adequate_labor", "minimizing_risks", "safe_and_healthy_workplace", "adequate_wages",
         "project_labor_agreement")  # fmt: skip
BUILT = ("technology_type_actual", "total_miles_actual", "locations_served_actual",
         "minimum_100_100_mbps_actual", "x100_20_mbps_to_100_100_mbps_actual", "number_of_locations_actual",
         "housing_units_actual", "number_of_bus_locations_actual", "number_of_cai_actual")  # fmt: skip
COUNTED = ("laptops_actual", "tablets_actual", "desktop_computers_actual", "public_wifi_actual",
           "other_devices_actual", "number_of_users_actual", "brief_narrative_actual", "classrooms_actual",
           "computer_labs_actual", "multi_purpose_spaces_actual", "telemedicine_rooms_actual",
           "other_capital_assets_actual", "total_square_footage_actual")  # fmt: skip
ASSETS = ("type_of_investment", "classrooms_planned", "computer_labs_planned", "multi_purpose_spaces_planned",
          "telemedicine_rooms_planned", "other_capital_assets_planned",
           "total_square_footage_planned")  # fmt: skip
ADDRESS = ("street_1_actual", "city_actual", "state_actual", "zip_code_actual")
INCOME = ("current_program_income_earned", "cumulative_program_income_earned")

RULES: tuple[Rule, ...] = (
    Rule("CPFP-003", _category, "Choose the code on the cover; the name follows."),
    Rule("CPFP-004", _some_project, "Report at least one project."),
    Rule("CPFP-007", _known_recipient, f"Add it to the sheet {RECIPIENTS}, or correct it here."),
    patterned("CPFP-011", PROJECT, "subrecipient_uei", UEI, "a UEI of 12 letters and digits"),
    patterned("CPFP-011", PROJECT, "subrecipient_tin", TIN, "a tax number of 9 digits"),
    patterned("CPFP-011", RECIPIENTS, "unique_entity_identifier", UEI, "a UEI of 12 letters and digits"),
    patterned("CPFP-011", RECIPIENTS, "ein", TIN, "a tax number of 9 digits"),
    patterned("CPFT-021", RECIPIENTS, "poc_phone_number", r"\d{10}", "a telephone number of 10 digits"),
    *(holds("CPFP-013", PROJECT, name, lambda value, row: value >= 0, "{value} is negative.")
      for name in (*BUILT[1:], *COUNTED[:6])),
    *_need("CPFT-001", ("narrative_description",), says("capital_asset_ownership_type", "7"),
           "Another kind of owner is to be described."),
    *_need("CPFT-002", ("projected_con_start_date", "projected_con_completion",
           "projected_init_of_operations"),
           status("1", "2", "3"), "A project that is not complete needs its projected dates."),
    *_need("CPFT-003", ("actual_con_start_date",), status("2", "3", "4"),
           "A project that began needs its start."),
    *_need("CPFT-004", ("actual_con_completion", "operations_intiated"), status("4"),
           "A completed project needs this."),
    *_need("CPFT-005", ("actual_operations_date",), says("operations_intiated", "Yes"),
           "Operations began: when?"),
    *_need("CPFT-005", ("operations_explanation",), says("operations_intiated", "No"),
           "Operations have not begun: why?"),
    *_need("CPFT-006", ("program_information", "amount_of_matching_funds", "target_project_info"),
           says("matching_funds", "Yes"), "Use as matching funds needs this."),
    *_need("CPFT-007", LARGE, is_large, "A project above $5 million must answer this."),
    *_need("CPFT-008", WORKFORCE, is_large_and("davis_bacon_certification", "No"),
           "A project above $5 million without a Davis-Bacon certification must answer this."),
    *_need("CPFT-009", LABOR, is_large_and("project_labor_certification", "No"),
           "A project above $5 million without a labor certification must answer this."),
    *_need("CPFT-010", ("description_of_community_ben_agr",), says("community_benefit_agreement", "Yes"),
           "The community benefit agreement is to be described."),
    in_order("CPFT-011", PROJECT, "cumulative_expenditure", "cumulative_obligation",
             "Spent in all is {first}, above {last} obligated in all."),
    *_need("CPFT-012", BUILT, status("4"), "A completed project needs this."),
    *(rule for when in ("planned", "actual") for rule in
      _need("CPFT-013", (f"if_other_specify_{when}",), says(f"technology_type_{when}", "4"),
            "Which other technology?")),
    Rule("CPFT-014", _locations, "Correct the counts, or explain the difference."),
    Rule("CPFT-015", _kinds, "Correct the counts, or explain the difference."),
    *(rule for name in INCOME for rule in
      _need("CPFT-016", ("program_income_2_cfr",), filled(name), "Program income is reported: answer this.")),
    *_need("CPFT-016", ("program_income_2_cfr_explanation",), says("program_income_2_cfr", "No"),
           "Explain why not."),
    *_need("CPFT-017", ADDRESS, lambda row: status("4")(row) and row["same_address"] == "No",
           "A completed project at another address needs this."),
    *_need("CPFT-017", COUNTED, status("4"), "A completed project needs this."),
    *(rule for name in ("other_devices_planned", "other_expenditures_planned", "other_devices_actual",
                        "other_expenditures_actual")
      for rule in _need("CPFT-018", ("explanation_of_other_expend",), filled(name),
                  "What are the other devices or costs?")),
    *(rule for when in ("planned", "actual") for rule in
      _need("CPFT-019", ("type_and_features",), filled(f"other_capital_assets_{when}"),
            "Which other assets?")),
    *_need("CPFT-020", ASSETS, lambda row: True, "It must be filled in."),
)  # fmt: skip
