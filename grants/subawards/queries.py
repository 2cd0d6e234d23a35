"""Which budget of a subaward is in force."""

from grants.subawards.models import BudgetLine, Subaward


def budget_in_force(subaward: Subaward) -> list[BudgetLine]:
    """The lines of the newest version of the budget; none where there is no budget."""
    lines = list(subaward.budget_lines.order_by("-version", "pk"))
    return [line for line in lines if line.version == lines[0].version]
