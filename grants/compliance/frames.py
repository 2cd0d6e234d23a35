"""The one table of what rules may see: each frame of the books, its columns, and what they hold.

Two conventions hold everywhere. Money is **whole cents**, so that sums and comparisons are exact at any size;
it becomes dollars again where a sentence is made. A day is a day, NaT when it is not known.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a column holds, with the dtype it is kept as."""

    KEY = "as it comes"
    TEXT = "str"
    DAY = "datetime64[s]"
    MONEY = "int64"
    MONEY_IF_KNOWN = "Int64"
    COUNT = "an int64"
    COUNT_IF_KNOWN = "an Int64"
    FLAG = "bool"


KEY, TEXT, DAY, MONEY, COUNT, FLAG = Kind.KEY, Kind.TEXT, Kind.DAY, Kind.MONEY, Kind.COUNT, Kind.FLAG


@dataclass(frozen=True)
class Frame:
    """One kind of row, indexed by its identifiers.

    ``subject`` is what a finding calls a row: the name of the index, and of the keys that lead to it.
    """

    subject: str
    holds: str
    columns: dict[str, Kind]


FRAMES = {
    "awards": Frame(
        "award",
        "Federal awards to the state. `fain`: where it has none, what it is called here; "
        "`received_on`: when the state got the money or the power to draw it; "
        "`appropriated_on`: first day of the federal fiscal year whose appropriation pays it.",
        {
            "fain": TEXT, "has_fain": FLAG, "aln": TEXT, "family": TEXT, "title": TEXT,
            "agency_name": TEXT, "description": TEXT, "awarded_on": DAY, "received_on": DAY,
            "appropriated_on": DAY, "starts_on": DAY, "ends_on": DAY, "amount": MONEY,
            "is_multi_entity": FLAG, "has_pass_through_exemption": FLAG, "has_cost_share_waiver": FLAG,
        },
    ),
    "programs": Frame(
        "program",
        "Programs. `amount`: what the program has been funded with; `is_passed_down`: by the state, and not "
        "paid directly by a federal agency; `is_federal`: federal awards put money into it; `has_figures`: "
        "the state's own figures for it are in force.",
        {
            "code": TEXT, "name": TEXT, "family": TEXT, "stage": TEXT, "amount": MONEY,
            "is_passed_down": FLAG, "is_federal": FLAG, "has_figures": FLAG,
        },
    ),
    "parties": Frame(
        "party",
        "Those who hold allocations or subawards. `uei_name`: as registered with the UEI.",
        {
            "code": TEXT, "name": TEXT, "kind": TEXT, "uei": TEXT, "uei_name": TEXT, "ein": TEXT,
            "sam_expires_on": DAY, "fiscal_year_begins": COUNT, "population": Kind.COUNT_IF_KNOWN,
        },
    ),
    "rounds": Frame(
        "round",
        "Rounds of allocations. `amount`: the payment shared out; `awarded_on`: the federal award date.",
        {"title": TEXT, "program": KEY, "family": TEXT, "awarded_on": DAY, "amount": MONEY},
    ),
    "allocations": Frame(
        "allocation",
        "Shares of parties in a round. The whole share is `amount`; without tranches it is the first one.",
        {
            "round": KEY, "party": TEXT, "population": COUNT, "reference_budget": Kind.MONEY_IF_KNOWN,
            "first_tranche": MONEY, "second_tranche": MONEY, "amount": MONEY,
        },
    ),
    "subawards": Frame(
        "subaward",
        "Subawards that were issued. `award`, `awarded_on`: the federal award that chooses the edition of "
        "the law, and its date; `is_first_tier`: made by the recipient of the federal award itself; "
        "`starts_on`, `ends_on`: its budget period, or that of its performance where no other is given; "
        "`budget_from`, `budget_to`: its budget period alone; `agency`: who passes the money on; "
        "`indirect_rate`: basis points; `obligated` to `cost_shared`: where it stands; "
        "`download_mbps`, `upload_mbps`: the least speed that it is to bring.",
        {
            "number": TEXT, "title": TEXT, "program": KEY, "agency": KEY, "party": KEY, "award": KEY,
            "family": TEXT, "awarded_on": DAY, "issued_on": DAY, "starts_on": DAY, "ends_on": DAY,
            "performs_from": DAY, "performs_to": DAY, "budget_from": DAY, "budget_to": DAY, "amount": MONEY,
            "subrecipient": TEXT, "is_first_tier": FLAG, "is_closed": FLAG, "description": TEXT,
            "indirect_rate": Kind.COUNT_IF_KNOWN, "indirect_rate_kind": TEXT, "payment_method": TEXT,
            "required_cost_share": MONEY, "has_official": FLAG, "has_federal_terms": FLAG,
            "has_pass_through_terms": FLAG,
            "has_records_access_clause": FLAG, "has_closeout_terms": FLAG, "has_specific_conditions": FLAG,
            "obligated": MONEY,
            "expended": MONEY, "paid": MONEY, "cost_shared": MONEY, "download_mbps": Kind.COUNT_IF_KNOWN,
            "upload_mbps": Kind.COUNT_IF_KNOWN,
        },
    ),
    "projects": Frame(
        "project",
        "Projects as parties report them. `award`: the federal award that pays its subaward, or that was "
        "made to its party; `obligated`, `expended`: where each stands.",
        {
            "code": TEXT, "name": TEXT, "number": TEXT, "program": KEY, "party": KEY, "family": TEXT,
            "subaward": KEY, "award": KEY, "expenditure_category": TEXT, "description": TEXT,
            "completion": TEXT, "adopted_budget": Kind.MONEY_IF_KNOWN, "obligated": MONEY, "expended": MONEY,
        },
    ),
    "budget_lines": Frame(
        "budget_line",
        "The last approved budget of each subaward, by category and who pays.",
        {"subaward": KEY, "category": TEXT, "source": TEXT, "amount": MONEY},
    ),
    "obligations": Frame(
        "obligation",
        "Actions of a subaward, deobligations below zero; a row for each federal award drawn on.",
        {"subaward": KEY, "award": KEY, "incurred_on": DAY, "amount": MONEY, "federal_amount": MONEY},
    ),
    "expenditures": Frame(
        "expenditure",
        "Costs, reversals below zero. `award`: empty for the state's own money; `reverses`: the cost that is "
        "taken back; `is_closeout_cost`: an administrative cost of closing the subaward.",
        {
            "subaward": KEY, "award": KEY, "incurred_on": DAY, "category": TEXT, "payee": TEXT, "memo": TEXT,
            "amount": MONEY, "reverses": KEY, "is_closeout_cost": FLAG,
        },
    ),
    "contributions": Frame(
        "contribution",
        "Cost share as it was contributed, reversals below zero.",
        {
            "subaward": KEY, "award": KEY, "incurred_on": DAY, "category": TEXT, "payee": TEXT, "memo": TEXT,
            "amount": MONEY, "reverses": KEY,
        },
    ),
    "interest": Frame(
        "interest",
        "Interest that subrecipients earned on federal money before they spent it.",
        {"subaward": KEY, "award": KEY, "earned_on": DAY, "amount": MONEY},
    ),
    "payments": Frame(
        "payment",
        "Payments to subrecipients, refunds below zero.",
        {"subaward": KEY, "award": KEY, "paid_on": DAY, "amount": MONEY},
    ),
    "passed_down": Frame(
        "passed_down",
        "What the state passed through of an award: funds, and services to which the recipient consented. "
        "`passed_on`: when the subaward was issued.",
        {
            "award": KEY, "subaward": KEY, "party": TEXT, "is_local": FLAG, "is_rural": FLAG,
            "passed_on": DAY, "amount": MONEY,
        },
    ),
    "administration": Frame(
        "administration",
        "Direct costs of administering an award.",
        {"award": KEY, "amount": MONEY},
    ),
    "cost_shares": Frame(
        "cost_share",
        "Non-federal contributions that the approved budget of an award promises.",
        {"award": KEY, "amount": MONEY},
    ),
    "ffata_reports": Frame(
        "ffata_report",
        "Reports of first-tier subawards that were made under the Transparency Act.",
        {"subaward": KEY, "award": KEY, "reported_on": DAY, "amount": MONEY},
    ),
    "reports_due": Frame(
        "report_due",
        "Reports of subawards for periods whose end has come. `filed_on`: when it was certified; "
        "`reviewed_on`: when the agency had read it.",
        {
            "subaward": KEY, "program": KEY, "period": TEXT, "starts_on": DAY, "ends_on": DAY, "due_on": DAY,
            "filed_on": DAY, "reviewed_on": DAY,
        },
    ),
    "determinations": Frame(
        "determination",
        "Decisions what a party is in a program or one subaward: subrecipient, contractor, beneficiary.",
        {"program": KEY, "party": KEY, "subaward": KEY, "role": TEXT, "decided_on": DAY},
    ),
    "exclusion_checks": Frame(
        "exclusion_check",
        "Checks by an agency that a party is not excluded. `result`: clear, possible, excluded.",
        {"agency": KEY, "party": KEY, "checked_on": DAY, "result": TEXT},
    ),
    "risk_assessments": Frame(
        "risk_assessment",
        "What an agency thought of a party's risk on a day.",
        {"agency": KEY, "party": KEY, "assessed_on": DAY, "level": TEXT, "fraud_risk": TEXT},
    ),
    "specific_conditions": Frame(
        "specific_condition",
        "Conditions put on subawards. `has_whole_notice`: it says what, why, what ends it, by when, and "
        "how to ask for reconsideration.",
        {"subaward": KEY, "title": TEXT, "stage": TEXT, "noticed_on": DAY, "has_whole_notice": FLAG},
    ),
    "follow_ups": Frame(
        "follow_up",
        "What subrecipients must put right after a visit or an audit. `subaward`: empty where it is of none.",
        {"agency": KEY, "party": KEY, "subaward": KEY, "title": TEXT, "due_on": DAY, "done_on": DAY},
    ),
    "single_audits": Frame(
        "single_audit",
        "Audits of parties' fiscal years, as an agency follows them. `stage`: awaited, exempt, received; "
        "`accepted_on`: by the Federal Audit Clearinghouse; `expended_elsewhere`: federal money spent that "
        "is not in these books.",
        {
            "agency": KEY, "party": KEY, "year_starts_on": DAY, "year_ends_on": DAY, "stage": TEXT,
            "report_received_on": DAY, "accepted_on": DAY, "expended_elsewhere": Kind.MONEY_IF_KNOWN,
        },
    ),
    "financial_reports": Frame(
        "financial_report",
        "Federal financial reports (SF-425) as issued, the last of each award and day. The lines of section "
        "10 are those of the form, from the start of the award through `through`.",
        {"award": KEY, "number": TEXT, "through": DAY, "is_final": FLAG}
        | {f"line_{letter}": MONEY for letter in "abcdefghijklmno"},
    ),
    "audit_findings": Frame(
        "audit_finding",
        "Findings of audit reports. `is_ours`: about money that the agency passed on; `accepted_on`: the "
        "report; `decided_on`: the management decision; `has_whole_decision`: it says all that it must, or "
        "is awaited; `asks_something`: of the subrecipient, by that decision.",
        {
            "single_audit": KEY, "party": KEY, "subaward": KEY, "code": TEXT, "is_ours": FLAG,
            "accepted_on": DAY, "decided_on": DAY, "has_whole_decision": FLAG, "asks_something": FLAG,
            "has_follow_up": FLAG,
        },
    ),
    "closeouts": Frame(
        "closeout",
        "Closings of subawards. `reports_due_on`: as agreed, which may be earlier than the law asks.",
        {
            "subaward": KEY, "ends_on": DAY, "reports_due_on": DAY, "final_report_on": DAY,
            "expended_on": DAY, "disposed_on": DAY, "finished_on": DAY,
        },
    ),
    "answers": Frame(
        "answer",
        "Persons' words on requirements that no figure can show. `subaward`: empty when it speaks for the "
        "whole program; `year`: the calendar year it is about, 0 for once and for all.",
        {
            "requirement": TEXT, "program": KEY, "subaward": KEY, "year": COUNT, "answer": TEXT,
            "answered_on": DAY, "answered_by": TEXT, "explanation": TEXT,
        },
    ),
}  # fmt: skip

FRAME_OF = {frame.subject: name for name, frame in FRAMES.items()}
