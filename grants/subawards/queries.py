"""What subawards lack, and which budget of theirs is in force."""

from collections.abc import Iterator

from grants.programs.models import FederalAward
from grants.subawards.models import BudgetLine, IndirectRateKind, Subaward

PARAGRAPH = "2 CFR 200.332(b)(1)"


def elements_not_recorded(subaward: Subaward) -> list[str]:
    """What 2 CFR 200.332(b)(1) asks a subaward to tell and is not recorded, each with its paragraph.

    Of the state's own money nothing is asked that only a federal award has.
    """
    return [f"{what}: {PARAGRAPH}{part}" for part, what in _lacking(subaward)]


def budget_in_force(subaward: Subaward) -> list[BudgetLine]:
    """The lines of the newest version of the budget; none where there is no budget."""
    lines = list(subaward.budget_lines.order_by("-version", "pk"))
    return [line for line in lines if line.version == lines[0].version]


def _lacking(subaward: Subaward) -> Iterator[tuple[str, str]]:
    """Paragraph and element, in the order of the rule."""
    splits = subaward.splits.exclude(federal_award=None).select_related("federal_award")
    awards = [split.federal_award for split in splits if split.federal_award]
    if not subaward.subrecipient.uei:
        yield "(ii)", "Unique entity identifier of the subrecipient"
    yield from _of_awards(awards, ("fain", "(iii)", "Federal award identification number"))
    yield from _of_awards(awards, ("award_date", "(iv)", "Federal award date"))
    if not (subaward.starts_on and subaward.ends_on):
        yield "(v)", "Period of performance, first and last day"
    if not (subaward.budget_starts_on and subaward.budget_ends_on):
        yield "(vi)", "Budget period, first and last day"
    yield from _of_awards(awards, ("description", "(x)", "Description of the federal award"))
    yield from _of_awards(awards, ("agency_name", "(xi)", "Name of the federal agency"))
    if not subaward.awarding_official:
        yield "(xi)", "Awarding official of the pass-through entity"
    yield from _of_awards(awards, ("aln", "(xii)", "Assistance Listing"))
    kind = subaward.indirect_rate_kind
    if kind == IndirectRateKind.NOT_RECORDED or (
        kind != IndirectRateKind.NONE and subaward.indirect_rate is None
    ):
        yield "(xiv)", "Indirect cost rate"


def _of_awards(awards: list[FederalAward], asked: tuple[str, str, str]) -> Iterator[tuple[str, str]]:
    """The element, once, with the awards that lack it."""
    name, part, what = asked
    lacking = [str(award) for award in awards if not getattr(award, name)]
    if lacking:
        yield part, f"{what} of {', '.join(lacking)}"
