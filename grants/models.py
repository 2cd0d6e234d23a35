"""Every record of the books, in one place for the framework to find."""

from grants.broadband.models import ServiceArea, TractNeed
from grants.kernel.seal import Seal
from grants.kernel.trail import TrailEntry
from grants.ledger.models import (
    AllocationStanding,
    AwardStanding,
    Balance,
    Entry,
    Posting,
    ProgramStanding,
    SubawardStanding,
)
from grants.parties.models import Budget, Contact, Membership, Party, Population, User
from grants.programs.models import (
    Allocation,
    AllocationRound,
    FederalAward,
    Funding,
    Program,
    Share,
    Tranche,
)
from grants.subawards.models import (
    Amendment,
    BudgetLine,
    Determination,
    FundingSplit,
    Project,
    Subaward,
)

__all__ = [
    "Allocation",
    "AllocationRound",
    "AllocationStanding",
    "Amendment",
    "AwardStanding",
    "Balance",
    "Budget",
    "BudgetLine",
    "Contact",
    "Determination",
    "Entry",
    "FederalAward",
    "Funding",
    "FundingSplit",
    "Membership",
    "Party",
    "Population",
    "Posting",
    "Program",
    "ProgramStanding",
    "Project",
    "Seal",
    "ServiceArea",
    "Share",
    "Subaward",
    "SubawardStanding",
    "TractNeed",
    "TrailEntry",
    "Tranche",
    "User",
]
