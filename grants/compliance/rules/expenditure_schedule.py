"""The schedule of expenditures of federal awards (SEFA): what the books must hold for it to be complete."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule

SUBRECIPIENT = "subrecipient"
LINE = {"agency_name": "the federal agency", "aln": "the Assistance Listing", "title": "the title"}


@rule(
    "ug-sefa-program-lines",
    "Federal award cannot be listed in the schedule of expenditures",
    says="Money of award {fain} was spent, and its record lacks {lacks}.",
    reads={"awards": "fain agency_name aln title", "expenditures": "award amount"},
)
def awards_that_cannot_be_listed(books: Books, law: Law) -> pd.DataFrame:
    """Awards with expenditures, without the agency, the listing or the title under which they are shown."""
    awards = books.awards
    awards = awards[books.summed("expenditures", awards, where=books.expenditures.award.notna()) != 0]
    lacks = pd.Series("", index=awards.index, dtype="str")
    for column, words in LINE.items():
        lacks = lacks.mask(awards[column].str.strip() == "", lacks + ", " + words)
    return awards.assign(lacks=lacks.str.removeprefix(", "))[lacks != ""]


@rule(
    "ug-sefa-amount-to-subrecipients",
    "Payments under a subaward to a party that is no subrecipient",
    says="{paid:$} was paid under this subaward, and counts as provided to a subrecipient; but it is decided "
    "that {subrecipient} is a {role} here.",
    reads={
        "subawards": "program party subrecipient paid",
        "determinations": "program party subaward role decided_on",
    },
)
def payments_to_others_than_subrecipients(books: Books, law: Law) -> pd.DataFrame:
    """Subawards with payments whose party is, by the last decision, a contractor or a beneficiary.

    A decision on the subaward itself comes before one on the party in the program.
    """
    decisions = books.determinations.sort_values("decided_on", kind="stable")
    own = decisions[decisions.subaward.notna()].drop_duplicates("subaward", keep="last")
    general = decisions[decisions.subaward.isna()].drop_duplicates(["program", "party"], keep="last")
    roles = books.subawards.join(own.set_index("subaward").role)
    pairs = general.set_index(["program", "party"]).role.rename("general")
    roles = roles.join(pairs, on=["program", "party"])
    roles = roles.assign(role=roles.role.fillna(roles.general))
    return roles[roles.role.notna() & (roles.role != SUBRECIPIENT) & (roles.paid > 0)]
