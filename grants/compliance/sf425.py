"""The federal financial report (SF-425): its lines, and those of them that are computed.

All amounts are dollars from the start of the award (OMB 4040-0014, section 10). What is not computed
comes from the ledger; the other lines follow from it and are never typed.
"""

from dataclasses import dataclass
from decimal import Decimal

from grants.kernel.money import part_of

FORMULAS = {
    "c": ("10a − 10b", {"a": 1, "b": -1}),
    "g": ("10e + 10f", {"e": 1, "f": 1}),
    "h": ("10d − 10g", {"d": 1, "g": -1}),
    "k": ("10i − 10j", {"i": 1, "j": -1}),
    "o": ("10l − 10m − 10n", {"l": 1, "m": -1, "n": -1}),
}
"""How each computed line follows from others: as the form says it, and as signs.

The form has line o as “line l minus line m or line n”, of which only one is used.
"""


@dataclass(frozen=True)
class Sf425Lines:
    """Section 10 of the report, in dollars: what the ledger holds, and what follows from it."""

    cash_receipts: Decimal
    cash_disbursements: Decimal
    funds_authorized: Decimal
    federal_expenditures: Decimal
    unliquidated_obligations: Decimal
    share_required: Decimal
    share_expended: Decimal
    income_earned: Decimal
    income_deducted: Decimal
    income_added: Decimal

    @property
    def cash_on_hand(self) -> Decimal:
        """Line c."""
        return self.cash_receipts - self.cash_disbursements

    @property
    def federal_share(self) -> Decimal:
        """Line g: spent and still to be paid."""
        return self.federal_expenditures + self.unliquidated_obligations

    @property
    def unobligated(self) -> Decimal:
        """Line h."""
        return self.funds_authorized - self.federal_share

    @property
    def share_remaining(self) -> Decimal:
        """Line k: below zero when the recipient gave more than it had to."""
        return self.share_required - self.share_expended

    @property
    def income_unexpended(self) -> Decimal:
        """Line o."""
        return self.income_earned - self.income_deducted - self.income_added

    @property
    def may_be_final(self) -> bool:
        """Whether nothing is left to pay, to refund or to contribute (2 CFR 200.344)."""
        return self.unliquidated_obligations == 0 and self.cash_on_hand <= 0 and self.share_remaining <= 0

    def by_letter(self) -> dict[str, Decimal]:
        """Every line of section 10 by its letter, as an issued report keeps them."""
        return {
            "a": self.cash_receipts,
            "b": self.cash_disbursements,
            "c": self.cash_on_hand,
            "d": self.funds_authorized,
            "e": self.federal_expenditures,
            "f": self.unliquidated_obligations,
            "g": self.federal_share,
            "h": self.unobligated,
            "i": self.share_required,
            "j": self.share_expended,
            "k": self.share_remaining,
            "l": self.income_earned,
            "m": self.income_deducted,
            "n": self.income_added,
            "o": self.income_unexpended,
        }


def indirect_charged(base: Decimal, rate: Decimal) -> Decimal:
    """Line 11e: a rate, as a share, of its base, rounded half up to the cent."""
    return part_of(base, rate)
