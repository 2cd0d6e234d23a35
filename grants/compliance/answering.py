"""A form of questions: for each its answer and, where it is not yes, an explanation."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from grants.compliance.attestation import Answer, Asked, Word
from grants.compliance.requirement import REQUIREMENTS

EXPLAIN = "Say why it is not so, or why it does not apply."


class Answers(forms.Form):
    """Questions to answer, any number of them; what was answered before stands in its place.

    ``asked`` must be set before the fields are made (``ask``).
    """

    asked: Sequence[Asked] = ()

    def ask(self, asked: Sequence[Asked]) -> None:
        """Make the fields of these questions."""
        self.asked = asked
        for number, each in enumerate(asked):
            before = each.answered
            year = f" (for {each.year})" if each.year else ""
            self.fields[f"answer-{number}"] = forms.ChoiceField(
                label=each.question.words + year,
                help_text=REQUIREMENTS[each.code].cites,
                choices=[("", "Not answered"), *Answer.choices],
                required=False,
                initial=before.answer if before else "",
            )
            self.fields[f"explanation-{number}"] = forms.CharField(
                label="Explanation, unless yes",
                required=False,
                max_length=2_000,
                initial=before.explanation if before else "",
            )

    def pairs(self) -> Iterator[tuple[Asked, Any, Any]]:
        """Each question with the field of its answer and that of its explanation."""
        for number, each in enumerate(self.asked):
            yield each, self[f"answer-{number}"], self[f"explanation-{number}"]

    def clean(self) -> dict[str, Any]:
        """Every answer but yes is explained; an answer given before can be changed and not taken back."""
        given = super().clean() or {}
        for number, each in enumerate(self.asked):
            answer, explanation = given.get(f"answer-{number}"), given.get(f"explanation-{number}")
            if answer and answer != Answer.YES and not explanation:
                self.add_error(f"explanation-{number}", EXPLAIN)
            if not answer and each.answered and f"answer-{number}" not in self.errors:
                self.add_error(f"answer-{number}", "An answer stays on record; give another one.")
        if not self.errors and not self.words():
            self.add_error(None, "Nothing was answered or changed.")
        return given

    def words(self) -> list[Word]:
        """The answers that are new or changed."""
        found = []
        for number, each in enumerate(self.asked):
            answer = self.cleaned_data[f"answer-{number}"]
            explanation = "" if answer in ("", Answer.YES) else self.cleaned_data[f"explanation-{number}"]
            before = (each.answered.answer, each.answered.explanation) if each.answered else ("", "")
            if answer and (answer, explanation) != before:
                found.append(Word(each.code, answer, each.year, explanation))
        return found
