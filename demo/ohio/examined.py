"""The first examination of the loaded books, so that the desk and the portal have findings to show."""

from demo.ohio.people import State
from grants.compliance.examining import examine
from grants.compliance.models import Examination, Finding, Stage


def examined(state: State) -> int:
    """How many findings are open; all books are examined the first time."""
    if not Examination.objects.exists():
        examine(by=state.budget.proposes)
    return Finding.objects.filter(stage=Stage.OPEN).count()
