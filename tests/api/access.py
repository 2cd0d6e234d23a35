"""Who may do what by the API: a row for every route and method. A new route needs its row here.

A read is 200 to who sees the record and 404 to everybody else. A write is refused with 403 to who sees the
record but may not do it. A record of another agency or county is never there: 404, or 400 where it is named
in the body.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from grants.kernel.roles import Role
from reporting.filings.attestation import attestation_on
from reporting.filings.reading import as_file
from tests.api.world import COUNTY_AUDITOR, NOBODY, World
from tests.filings.builders import a_cost

ADMINISTRATOR, FISCAL, PROGRAM = Role.ADMINISTRATOR, Role.FISCAL_OFFICER, Role.PROGRAM_OFFICER
REVIEWER, AUDITOR = Role.REVIEWER, Role.AUDITOR
PREPARER, CERTIFIER = Role.PREPARER, Role.CERTIFIER
AGENCY = frozenset({ADMINISTRATOR, FISCAL, PROGRAM, REVIEWER, AUDITOR})
COUNTY = frozenset({Role.PREPARER, Role.CERTIFIER, COUNTY_AUDITOR})
ALL = AGENCY | COUNTY
ANYONE = ALL | {NOBODY}

Body = Mapping[str, Any] | Callable[[World], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """One route and method: which record it is about, who sees that, who may do this, and what it answers.

    ``record`` is an attribute of the world, or a plain key in quotes; ``absent`` is the answer to who does
    not see the record.
    """

    record: str
    sees: frozenset[str]
    may: frozenset[str]
    answers: int = 200
    given: Body | None = None
    absent: int = 404
    lists: bool = False


def reads(noun: str, record: str, sees: frozenset[str]) -> dict[tuple[str, str], Row]:
    """The rows of a noun's list and of one of its records."""
    return {
        (f"{noun}-list", "GET"): Row(record, sees, ANYONE, lists=True),
        (f"{noun}-detail", "GET"): Row(record, sees, sees),
    }


def part(record: str, sees: frozenset[str]) -> Row:
    """A read below one record."""
    return Row(record, sees, sees)


def write(record: str, sees: frozenset[str], *may: str, answers: int = 200, given: Body | None = None) -> Row:
    """A write on one record."""
    return Row(record, sees, frozenset(may), answers, given)


def create(names: str, sees: frozenset[str], *may: str, given: Body) -> Row:
    """A write that names records in its body; ``sees`` is who sees all of them."""
    return Row(names, sees, frozenset(may), 201, given, absent=400)


WHY = {"reason": "as agreed"}
PLAN = {"plan": "Move the cost", "owner": "Finance", "due_on": "2099-12-31"}
FUNDING = {"amount": "10.00", "received_on": "2022-01-01", "source": "Award letter"}
AMENDMENT = {"ends_on": "2027-12-31", "effective_on": "2022-04-01", "reason": "late spring"}


def a_party_to_keep(world: World) -> dict[str, Any]:
    return {
        "code": "a-new-party",
        "kind": "county",
        "name": "New County",
        "kept_by": world.office.agency.code,
    }


def an_award(world: World) -> dict[str, Any]:
    agency = world.office.agency.code
    return {
        "code": "a-new-award",
        "aln": "21.029",
        "title": "Capital Projects Fund",
        "agency_name": "Department of the Treasury",
        "agency": agency,
        "recipient": agency,
        "amount": "10.00",
    }


def a_program(world: World) -> dict[str, Any]:
    return {
        "agency": world.office.agency.code,
        "code": "a-new-program",
        "name": "A new program",
        "family": "cpf",
    }


def a_project(world: World) -> dict[str, Any]:
    return {
        "code": "a-new-project",
        "allocation": world.allocation.pk,
        "subaward": world.subaward.number,
        "name": "A new project",
    }


def a_funding(world: World) -> dict[str, Any]:
    return {**FUNDING, "federal_award": world.award.code}


def an_amendment(world: World) -> dict[str, Any]:
    return {**AMENDMENT, "splits": [{"federal_award": world.award.code, "amount": "1.00"}]}


def a_round(world: World) -> dict[str, Any]:
    places = [{"id": world.county.code, "population": 5}]
    return {
        "program": world.program.code,
        "code": "a-new-round",
        "name": "A new round",
        "method": "population",
        "inputs": {"amount": "10.00", "on": "2022-01-01", "places": places},
    }


def a_subaward(world: World) -> dict[str, Any]:
    return {
        "number": "SA-NEW",
        "allocation": world.allocation.pk,
        "subrecipient": world.county.code,
        "title": "A new subaward",
        "amount": "10.00",
        "splits": [{"federal_award": world.award.code, "amount": "10.00"}],
    }


def a_posting(world: World) -> dict[str, Any]:
    line = {"kind": "expenditure", "amount": "1.00", "incurred_on": "2022-01-01"}
    return {
        "program": world.program.code,
        "key": "call-1",
        "reason": "as billed",
        "lines": [{**line, "subaward": world.subaward.number}],
    }


def a_file(world: World) -> dict[str, Any]:
    text = f"kind,incurred_on,amount,subaward\nexpenditure,2022-01-01,1.00,{world.subaward.number}\n"
    return {"program": world.program.code, "file": SimpleUploadedFile("costs.csv", text.encode())}


def the_files(world: World) -> dict[str, Any]:
    return {"export": "slfrf", "program": world.program.code, "period": "2022-Q1"}


def a_document(world: World) -> dict[str, Any]:
    return {
        "program": world.program.code,
        "report": "spend-by-program",
        "through": "2022-06-30",
        "format": "csv",
    }


def a_package(world: World) -> dict[str, Any]:
    return {"program": world.program.code, "through": "2022-06-30", "parts": ["ledger"]}


def a_sample(world: World) -> dict[str, Any]:
    return {"program": world.program.code, "through": "2022-06-30", "method": "simple", "size": 1}


def more_periods(world: World) -> dict[str, Any]:
    return {"program": world.program.code, "through": "2023-06-30"}


def a_filing(world: World) -> dict[str, Any]:
    return {"subaward": world.subaward.number, "period": world.period.code, "lines": [a_cost("1.00")]}


def a_workbook(world: World) -> dict[str, Any]:
    file = SimpleUploadedFile("costs.csv", as_file([a_cost("1.00")]))
    return {"subaward": world.subaward.number, "period": world.period.code, "file": file}


SIGNING = {"version": attestation_on(date.today()).version}


PUBLIC = {("api-sign-in", "POST"), ("schema", "GET"), ("docs", "GET")}
OF_ONESELF = {("api-sign-out", "POST"), ("api-sign-out-everywhere", "POST")}
RULE = "'ug-cost-within-period'"

ACCESS: dict[tuple[str, str], Row] = {
    **reads("party", "county", ALL),
    ("party-list", "POST"): create("county", AGENCY, ADMINISTRATOR, PROGRAM, given=a_party_to_keep),
    ("party-correct", "POST"): write("county", ALL, ADMINISTRATOR, PROGRAM, given={"ein": "1", **WHY}),
    **reads("federal-award", "award", AGENCY),
    ("federal-award-correct", "POST"): write(
        "award", AGENCY, ADMINISTRATOR, PROGRAM, given={"cluster": "N/A", **WHY}
    ),
    ("federal-award-list", "POST"): create("award", AGENCY, ADMINISTRATOR, PROGRAM, given=an_award),
    **reads("program", "program", ALL),
    ("program-list", "POST"): create("program", AGENCY, ADMINISTRATOR, PROGRAM, given=a_program),
    ("program-standing", "GET"): part("program", AGENCY),
    ("program-fund", "POST"): write("program", ALL, FISCAL, answers=201, given=FUNDING),
    ("program-open", "POST"): write("draft_program", AGENCY, ADMINISTRATOR, PROGRAM),
    ("program-lapse", "POST"): write("program", ALL, ADMINISTRATOR, PROGRAM, given=WHY),
    ("program-close", "POST"): write("idle_program", AGENCY, ADMINISTRATOR, PROGRAM, given=WHY),
    **reads("allocation-round", "draft_round", AGENCY),
    ("allocation-round-list", "POST"): create("program", ALL, ADMINISTRATOR, PROGRAM, given=a_round),
    ("allocation-round-shares", "GET"): part("draft_round", AGENCY),
    ("allocation-round-propose", "POST"): write("draft_round", AGENCY, ADMINISTRATOR, PROGRAM),
    ("allocation-round-approve", "POST"): write("proposed_round", AGENCY, FISCAL),
    ("allocation-round-withdraw", "POST"): write("draft_round", AGENCY, ADMINISTRATOR, PROGRAM, given=WHY),
    **reads("allocation", "allocation", ALL),
    **reads("subaward", "subaward", ALL),
    ("subaward-list", "POST"): create("allocation", AGENCY, ADMINISTRATOR, PROGRAM, given=a_subaward),
    ("subaward-issue", "POST"): write("draft_subaward", ALL, FISCAL),
    ("subaward-withdraw", "POST"): write("draft_subaward", ALL, ADMINISTRATOR, PROGRAM, given=WHY),
    ("subaward-close", "POST"): write("spent_subaward", ALL, FISCAL, given=WHY),
    ("subaward-amend", "POST"): write("subaward", ALL, ADMINISTRATOR, PROGRAM, answers=201, given=AMENDMENT),
    **reads("amendment", "amendment", ALL),
    ("amendment-approve", "POST"): write("amendment", ALL, FISCAL),
    ("amendment-decline", "POST"): write("amendment", ALL, FISCAL, given=WHY),
    **reads("project", "project", ALL),
    ("project-list", "POST"): create("allocation", ALL, ADMINISTRATOR, PROGRAM, given=a_project),
    **reads("entry", "entry", ALL),
    ("entry-reverse", "POST"): write("entry", ALL, FISCAL, answers=201, given=WHY),
    **reads("posting", "posting", AGENCY),
    ("posting-list", "POST"): create("program", ALL, FISCAL, PROGRAM, given=a_posting),
    ("posting-files", "POST"): create("program", ALL, FISCAL, PROGRAM, given=a_file),
    ("posting-reverse", "POST"): write("posting", AGENCY, FISCAL, answers=201, given=WHY),
    **reads("period", "period", ALL),
    ("period-list", "POST"): create("program", ALL, ADMINISTRATOR, PROGRAM, given=more_periods),
    ("period-due", "GET"): part("period", ALL),
    ("period-strays", "GET"): part("period", ALL),
    ("period-rejudged", "GET"): part("period", ALL),
    ("period-archive", "GET"): part("period", ALL),
    **reads("filing", "filing", ALL),
    ("filing-list", "POST"): create("subaward", ALL, PREPARER, given=a_filing),
    ("filing-files", "POST"): create("subaward", ALL, PREPARER, given=a_workbook),
    ("filing-acknowledge", "POST"): write("draft_filing", ALL, PREPARER),
    ("filing-attestation", "GET"): part("filing", ALL),
    ("filing-certify", "POST"): write("filing", ALL, CERTIFIER, given=SIGNING),
    ("filing-accept", "POST"): write("signed_filing", ALL, FISCAL, PROGRAM),
    ("filing-return", "POST"): write("signed_filing", ALL, FISCAL, PROGRAM, given=WHY),
    ("filing-content", "GET"): part("filing", ALL),
    ("filing-lines", "GET"): part("filing", ALL),
    ("filing-differences", "GET"): part("filing", ALL),
    **reads("document", "document", AGENCY),
    ("document-content", "GET"): part("document", AGENCY),
    ("document-withdraw", "POST"): write("document", AGENCY, ADMINISTRATOR, FISCAL, PROGRAM, given=WHY),
    **reads("submission", "submission", AGENCY),
    ("submission-content", "GET"): part("submission", AGENCY),
    ("submission-list", "POST"): create(
        "program", ALL, ADMINISTRATOR, FISCAL, PROGRAM, AUDITOR, given=the_files
    ),
    ("document-list", "POST"): create(
        "program", ALL, ADMINISTRATOR, FISCAL, PROGRAM, AUDITOR, given=a_document
    ),
    **reads("package", "package", AGENCY),
    ("package-content", "GET"): part("package", AGENCY),
    ("package-list", "POST"): create(
        "program", ALL, ADMINISTRATOR, FISCAL, PROGRAM, AUDITOR, given=a_package
    ),
    **reads("sample", "sample", AGENCY),
    ("sample-lines", "GET"): part("sample", AGENCY),
    ("sample-again", "GET"): part("sample", AGENCY),
    ("sample-list", "POST"): create("program", ALL, ADMINISTRATOR, FISCAL, PROGRAM, AUDITOR, given=a_sample),
    **reads("finding", "finding", ALL),
    ("finding-history", "GET"): part("finding", ALL),
    ("finding-acknowledge", "POST"): write(
        "finding", ALL, ADMINISTRATOR, FISCAL, PROGRAM, PREPARER, given={"sentence": "We know."}
    ),
    ("finding-plan", "POST"): write(
        "finding", ALL, ADMINISTRATOR, FISCAL, PROGRAM, PREPARER, answers=201, given=PLAN
    ),
    ("finding-waive", "POST"): write(
        "finding", ALL, ADMINISTRATOR, PROGRAM, answers=201, given={**WHY, "until": "2099-12-31"}
    ),
    **reads("corrective-action", "correction", ALL),
    ("corrective-action-complete", "POST"): write(
        "correction", ALL, ADMINISTRATOR, FISCAL, PROGRAM, PREPARER, given={"evidence": "Journal 114"}
    ),
    ("corrective-action-return", "POST"): write(
        "done_correction", ALL, ADMINISTRATOR, FISCAL, PROGRAM, given=WHY
    ),
    **reads("waiver", "waiver", ALL),
    ("waiver-grant", "POST"): write("waiver", ALL, FISCAL, given=WHY),
    ("waiver-decline", "POST"): write("waiver", ALL, FISCAL, given=WHY),
    **reads("trail", "trail", AGENCY),
    **reads("rule", RULE, ANYONE),
    **reads("risk-assessment", "risk_assessment", AGENCY),
    **reads("specific-condition", "specific_condition", ALL),
    **reads("monitoring-visit", "monitoring_visit", ALL),
    **reads("follow-up", "follow_up", ALL),
    **reads("single-audit", "single_audit", ALL),
    **reads("management-decision", "management_decision", ALL),
    **reads("closeout", "closeout", ALL),
    **reads("ffata-report", "ffata_report", ALL),
}

NAMING: dict[str, Callable[[World], Mapping[str, Any]]] = {
    **{route: row.given for (route, _), row in ACCESS.items() if callable(row.given)},
    "program-fund": a_funding,
    "subaward-amend": an_amendment,
}
"""Bodies that name records, by route."""
