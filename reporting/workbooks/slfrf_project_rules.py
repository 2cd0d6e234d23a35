"""Rules on the projects of the ARPA recovery funds (SLFRF) agency workbook."""

from collections.abc import Callable
from decimal import Decimal

from grants.kernel.money import ZERO
from reporting.checks import WARNING, holds, in_order, needed, unique
from reporting.layout import Rule
from reporting.rows import Row

TEN_MILLION = Decimal("10000000.00")
ONE_MILLION = Decimal("1000000.00")
OTHER_USE = "Other (please specify)"
PROJECT_ID = "project_identification_number"
ONCE_STARTED = (
    "primary_project_demographics", "number_students_tutoring_programs",
    "does_project_include_capital_expenditure", "structure_objectives_of_asst_programs",
    "recipient_approach_description", "individuals_served",
    "spending_allocated_toward_evidence_based_interventions", "whether_program_evaluation_is_being_conducted",
    "small_businesses_served", "number_non_profits_served", "number_workers_enrolled_sectoral",
    "number_workers_competing_sectoral", "number_people_summer_youth", "school_id_or_district_id",
    "industry_experienced_8_percent_loss", "number_households_eviction_prevention",
    "number_affordable_housing_units", "number_children_served_childcare",
    "number_families_served_home_visiting", "payroll_public_health_safety", "number_of_ftes_rehired",
    "sectors_critical_to_health_well_being", "workers_served", "premium_pay_narrative",
    "number_of_workers_k_12", "technology_type_planned",
)  # fmt: skip
"""What a project must tell unless it is not started (SLFP-009), where its category has the column."""
DEMOGRAPHICS = ("EC 1 - Public Health", "EC 2 - Negative Economic Impact")
"""Sheets of the categories of which Treasury asks for the populations served (SLFT-010)."""


def is_started(row: Row) -> bool:
    """Whether the project has begun, as its status says."""
    return row["completion_status"] not in (None, "Not started", "Cancelled")


def is_completed(row: Row) -> bool:
    """Whether the project is complete."""
    return bool(row["completion_status"] == "Completed")


def is_under_way(row: Row) -> bool:
    """Whether the project is not reported as not started."""
    return row["completion_status"] not in (None, "Not started")


def says(name: str, value: str) -> Callable[[Row], bool]:
    """True of rows whose cell has that value."""
    return lambda row: row[name] == value


def _capital(sheet: str) -> tuple[Rule, ...]:
    """Rules on capital expenditures and, above ten million dollars, on labor."""

    def is_large(row: Row) -> bool:
        return (row["total_cost_capital_expenditure"] or ZERO) > TEN_MILLION

    def is_large_without(name: str) -> Callable[[Row], bool]:
        return lambda row: is_large(row) and row[name] == "No"

    def is_justified(row: Row) -> bool:
        """Uses that Treasury enumerates are justified from ten million dollars, others from one million."""
        least = ONE_MILLION if row["type_of_capital_expenditure"] == OTHER_USE else TEN_MILLION
        return (row["total_cost_capital_expenditure"] or ZERO) >= least

    capital = says("does_project_include_capital_expenditure", "Yes")
    labor = {"manual_entry_1": range(2, 6), "manual_entry_6": range(7, 12)}
    return (
        *(needed("SLFT-005", sheet, name, capital, "A capital expenditure needs this.")
          for name in ("total_cost_capital_expenditure", "type_of_capital_expenditure")),
        needed("SLFT-006", sheet, "type_of_capital_expenditure_other",
               says("type_of_capital_expenditure", OTHER_USE), "The other type is not named."),
        needed("SLFT-007", sheet, "capital_expenditure_justification",
               is_justified, "A capital expenditure of $10 million or more, or $1 million for another use, "
               "needs a written justification."),
        *(needed("SLFT-008", sheet, f"manual_entry_{number}", is_large,
                 "A project above $10 million must answer this.") for number in (1, 6, 12, 13)),
        *(needed("SLFT-008", sheet, f"manual_entry_{number}", is_large_without(answer),
                 "A project above $10 million without this certification must answer this.")
          for answer, numbers in labor.items() for number in numbers),
    )  # fmt: skip


def _broadband(sheet: str) -> tuple[Rule, ...]:
    """Rules on projects of categories 5.19 to 5.21; their columns are read for no other."""
    actual = ("technology_type_actual", "total_miles_of_fiber_deployed_actual",
              "actual_funded_locations_served", "actual_funded_locations_minimum_100_100",
              "actual_funded_locations_minimum_100_20",
              "actual_funded_locations_residential", "actual_funded_locations_total_housing",
              "actual_funded_locations_business", "actual_funded_locations_community")  # fmt: skip

    def differs(when: str, *parts: str) -> Callable[[Row], bool]:
        names = tuple(f"{when}_funded_locations_{part}" for part in parts)
        whole = f"{when}_funded_locations_served"
        return lambda row: row.has(whole, *names) and sum(row[name] for name in names) != row[whole]

    speeds, places = ("minimum_100_100", "minimum_100_20"), ("residential", "business", "community")
    return (
        *(needed("SLFT-011", sheet, name, is_completed, "A completed project needs this.")
          for name in actual),
        needed("SLFT-012", sheet, "project_not_met_100_mbps_explanation",
               says("is_project_designed_to_meet_100_mbps", "No"), "It is not said why 100/100 is not met."),
        *(needed("SLFT-013", sheet, f"{when}_sum_speed_types_explanation", differs(when, *speeds),
                 "The speeds do not add up to the locations served, without an explanation.")
          for when in ("planned", "actual")),
        *(needed("SLFT-014", sheet, f"{when}_funded_locations_explanation", differs(when, *places),
                 "The kinds of location do not add up to the locations served, without an explanation.")
          for when in ("planned", "actual")),
        needed("SLFT-015", sheet, "do_you_have_broadband_location_file", lambda row: True,
               "It is not said whether there is a file of locations."),
        needed("SLFT-015", sheet, "no_broadband_location_file_explanation",
               says("do_you_have_broadband_location_file", "No"), "It is not said why there is none."),
        *(needed("SLFT-017", sheet, name, is_started, "A project that has begun needs this.")
          for name in ("location", "location_detail", "median_household_income_service_area",
                       "lowest_quintile_income", "proj_actual_construction_start_date",
                       "initiation_of_operations_date")),
        *(needed("SLFT-018", sheet, name, lambda row: True, "Category 7.3 needs this.")
          for name in ("admin_estimated_expended", "admin_actual_expended", "admin_expended_description",
                       "admin_expended_justification")),
    )  # fmt: skip


def of_project(sheet: str) -> tuple[Rule, ...]:
    """Rules on the projects of one sheet, whose columns depend on the category."""
    lists = (("primary_project_demographics", "primary_project_demographics_explanation"),
             ("secondary_project_demographics", "secondary_proj_demographics_explanation"),
             ("tertiary_project_demographics", "tertiary_proj_demographics_explanation"))  # fmt: skip
    above = "Correct one of them, or say in the description why it is so."
    return (
        unique("SLFP-026", sheet, (PROJECT_ID,), "Project"),
        needed("SLFP-010", sheet, "cancellation_reason", says("completion_status", "Cancelled"),
               "The project is cancelled without a reason."),
        needed("SLFT-001", sheet, "project_start_date", is_started,
               "A project that has begun needs its start."),
        needed("SLFT-002", sheet, "project_end_date", is_completed, "A completed project needs its end."),
        *(holds("SLFT-004", sheet, name, lambda value, row: value >= ZERO, "{value} is negative.")
          for name in ("program_income_earned", "program_income_expended")),
        *(needed("SLFT-009", sheet, words, lambda row, name=name: "specify" in (row[name] or ""),  # type: ignore[misc]
                 "The population is to be specified.") for name, words in lists),
        in_order("SLFG-001", sheet, "total_expenditures", "total_obligations",
                 "Spent in all is {first}, above {last} obligated in all."),
        in_order("slfrf-obligations-within-budget", sheet, "total_obligations", "adopted_budget",
                 "Obligated in all is {first}, above the adopted budget of {last}.",
                 severity=WARNING, fix=above),
        in_order("slfrf-period-within-total", sheet, "current_period_obligations", "total_obligations",
                 "Obligated in the period is {first}, above {last} obligated in all.",
                 severity=WARNING, fix=above),
        in_order("slfrf-period-within-total", sheet, "current_period_expenditures", "total_expenditures",
                 "Spent in the period is {first}, above {last} spent in all.",
                 severity=WARNING, fix=above),
        *(needed("SLFT-010" if name == ONCE_STARTED[0] else "SLFP-009", sheet, name, is_under_way,
                 "It must be told once the project is under way.")
          for name in ONCE_STARTED if name != ONCE_STARTED[0] or sheet in DEMOGRAPHICS),
        *_capital(sheet),
        *(_broadband(sheet) if sheet.startswith(("EC 5", "EC 7")) else ()),
    )  # fmt: skip
