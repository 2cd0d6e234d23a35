"""Other broadband programs: Digital Equity, ended in 2025, Middle Mile, and those of a state's own."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.shares import most
from grants.compliance.treasury import judged_today
from grants.kernel.money import from_cents, shown

DIGITAL_EQUITY = "sdecgp"
MIDDLE_MILE = "middle-mile"
STATE_BROADBAND = "state-broadband"
MIDDLE_MILE_ALN = "11.033"

CAPS = {
    "administration": "sdecgp.administration_cap_share",
    "evaluation": "sdecgp.evaluation_cap_share",
    "updating the plan": "sdecgp.plan_update_cap_share",
}
_EVALUATION = r"(?i)\bevaluation\b"
_PLAN_UPDATE = r"(?i)\bplan\b.*\bupdat|\bupdat.*\bplan\b"


@rule(
    "sdecgp-program-status",
    "Money promised after the grants were ended",
    says="{name} {how} after {terminated_on}, when the federal agency ended the Digital Equity grants.",
    reads={
        "programs": "name family stage",
        "subawards": "number family",
        "obligations": "subaward incurred_on amount",
    },
    law=("sdecgp.terminated_on",),
)
def promises_after_the_end(books: Books, law: Law) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Digital Equity programs still open after the end of the grants, and obligations dated after it."""
    ended = law["sdecgp.terminated_on"]
    programs = books.programs[(books.programs.family == DIGITAL_EQUITY) & (books.programs.stage == "open")]
    programs = judged_today(programs, books, law, ended.code)
    programs = programs.assign(terminated_on=ended.on(programs.judged_on), how="is still marked as open")
    actions = books.joined("obligations", "subaward", "number", "family")
    actions = judged_today(actions[actions.family == DIGITAL_EQUITY], books, law, ended.code)
    actions = actions.assign(terminated_on=ended.on(actions.judged_on), name="Subaward " + actions.number)
    actions = actions[(actions.incurred_on > actions.terminated_on) & (actions.amount > 0)]
    promised = actions.amount.map(lambda amount: shown(from_cents(amount)))
    actions["how"] = "was promised " + promised.astype("str") + " more"
    return programs[programs.terminated_on < books.today], actions


@rule(
    "sdecgp-use-caps",
    "Too much spent on one use",
    says="Of award {fain}, {spent:$} went into {use}; at most {maximum:$} ({share:%} of {amount:$}) may.",
    reads={
        "awards": "fain family amount",
        "administration": "award amount",
        "expenditures": "award category amount",
    },
    law=tuple(CAPS.values()),
    apart_by="use",
)
def too_much_for_one_use(books: Books, law: Law) -> tuple[pd.DataFrame, ...]:
    """Digital Equity awards of which one use takes more than its share, as the law stands today.

    Evaluation and the update of the plan are told by the category of the cost.
    """
    awards = judged_today(
        books.awards[books.awards.family == DIGITAL_EQUITY], books, law, *sorted(CAPS.values())
    )
    category = books.expenditures.category
    is_evaluation = category.str.contains(_EVALUATION)
    spent = {
        "administration": books.summed("administration", awards),
        "evaluation": books.summed("expenditures", awards, where=is_evaluation),
        "updating the plan": books.summed(
            "expenditures", awards, where=category.str.contains(_PLAN_UPDATE) & ~is_evaluation
        ),
    }
    found = []
    for use, code in CAPS.items():
        rows = awards.assign(use=use, spent=spent[use], share=law[code].in_basis_points(awards.judged_on))
        rows["maximum"] = most(rows.amount, rows.share)
        found.append(rows[rows.spent > rows.maximum])
    return tuple(found)


@rule(
    "middle-mile-federal-share",
    "Grant pays too much of the project",
    says="The grant pays {granted:$} of {cost:$}, the whole cost of the project; at most {maximum:$} "
    "({share:%}) may come from it.",
    reads={
        "awards": "aln",
        "subawards": "family issued_on",
        "budget_lines": "subaward amount",
        "passed_down": "award subaward amount",
    },
    law=("middle_mile.federal_share",),
)
def grants_that_pay_too_much(books: Books, law: Law) -> pd.DataFrame:
    """Middle Mile subawards with a budget, of whose cost the grant pays more than its share.

    The day of issue chooses the share.
    """
    share = law["middle_mile.federal_share"]
    rows = books.subawards[books.subawards.family == MIDDLE_MILE]
    rows = rows[share.covers(rows.issued_on) & rows.index.isin(books.budget_lines.subaward)]
    splits = books.joined("passed_down", "award", "aln")
    rows = rows.assign(
        cost=books.summed("budget_lines", rows),
        granted=books.summed("passed_down", rows, where=splits.aln == MIDDLE_MILE_ALN),
        share=share.in_basis_points(rows.issued_on),
    )
    rows["maximum"] = most(rows.cost, rows.share)
    return rows[rows.granted > rows.maximum]


@rule(
    "state-broadband-program-parameters",
    "Broadband program of the State without its figures",
    says="{name} is set up, and the speeds, shares, days and terms that state law or its guide sets for it "
    "are not written down and approved.",
    reads={"programs": "name family stage has_figures"},
)
def programs_without_their_figures(books: Books, law: Law) -> pd.DataFrame:
    """Broadband programs of the state's own beyond their draft for which it has no figures in force."""
    programs = books.programs[books.programs.family == STATE_BROADBAND]
    return programs[(programs.stage != "draft") & ~programs.has_figures]
