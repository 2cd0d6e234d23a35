"""The legal numbers: amounts, shares and dates that the law sets, each with its editions and sources.

A file of this folder is a subject, and a table in it a number: ``law["ffata.subaward_threshold"]`` is the
table ``[subaward_threshold]`` of ``ffata.toml``. What a number is on a day is asked with ``.on(day)``, and
for a whole column of days at once with ``.on(days)``.
"""

from pathlib import Path

from grants.compliance.law.number import Edition, LegalNumber, Value
from grants.compliance.law.reading import Law, law_in

__all__ = ["Edition", "Law", "LegalNumber", "Value", "law", "law_in"]

law = law_in(Path(__file__).parent)
