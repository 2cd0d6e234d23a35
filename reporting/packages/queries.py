"""How a package stands while it is gathered."""

from grants.kernel.jobs import Progress, progress_of
from reporting.packages.models import Package, Stage


def progress_on(package: Package) -> Progress:
    """How far the worker is with a package; over when it is ready, or when it will not become so."""
    if package.stage == Stage.READY:
        return Progress(is_over=True, is_begun=True, copied=package.entry_count)
    found = progress_of(package.job, by=package.asked_by) if package.job else None
    return found or Progress(is_over=True, is_begun=False, no="The job is not known any more; ask again.")
