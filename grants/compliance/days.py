"""Days on which things fall due, for columns of days: so many days or months later, as the law says."""

import numpy as np
import pandas as pd

from grants.compliance.law.number import LegalNumber


def days_after(days: pd.Series, number: LegalNumber, chosen_by: pd.Series) -> pd.Series:
    """Each day and so many days after it; ``chosen_by`` chooses the edition of the number.

    Missing where the day is missing, or the law has no number for it.
    """
    known, figures = _known(days, number, chosen_by)
    later = known + pd.to_timedelta(figures, unit="D")
    return later.astype("datetime64[s]").reindex(days.index)


def months_after(days: pd.Series, number: LegalNumber, chosen_by: pd.Series) -> pd.Series:
    """The same day so many months later, or the last day of that month when it has no such day.

    Missing where the day is missing, or the law has no number for it.
    """
    known, figures = _known(days, number, chosen_by)
    stamps = known.to_numpy().astype("datetime64[D]")
    begun = stamps.astype("datetime64[M]")
    month = begun + figures.to_numpy().astype("timedelta64[M]")
    last = (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    later = np.minimum(month.astype("datetime64[D]") + (stamps - begun.astype("datetime64[D]")), last)
    return pd.Series(later.astype("datetime64[s]"), index=known.index).reindex(days.index)


def years_of(days: pd.Series, begins_in: pd.Series) -> pd.Series:
    """The first day of the fiscal year that holds each day, when years begin in these months (1 to 12)."""
    stamps = days.to_numpy().astype("datetime64[M]")
    since = (days.dt.month.to_numpy() - begins_in.to_numpy()) % 12
    return pd.Series((stamps - since.astype("timedelta64[M]")).astype("datetime64[s]"), index=days.index)


def _known(days: pd.Series, number: LegalNumber, chosen_by: pd.Series) -> tuple[pd.Series, pd.Series]:
    covered = days.notna() & number.covers(chosen_by)
    return days[covered], number.on(chosen_by[covered]).astype("int64")
