"""What the desk asks people of the agency about the law."""

from typing import Any

from django.utils import timezone

from grants.compliance.answering import Answers
from grants.compliance.attestation import questions_about, questions_on
from grants.compliance.requirement import Side
from grants.desk.forms import AsksForAction


class DeskAnswers(AsksForAction, Answers):
    """The questions that an agency answers, on the page of a button."""

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Give the answers."""
        return act(record, words=self.words(), by=by)


class ProgramAnswers(DeskAnswers):
    """What the agency is asked about a program, or can say once for all its subawards."""

    def prepare(self) -> None:
        """Ask what is open for the program."""
        self.ask(questions_on(self.record, today=timezone.localdate()))


class SubawardAnswers(DeskAnswers):
    """What the agency is asked about one subaward."""

    def prepare(self) -> None:
        """Ask what is open for the subaward."""
        self.ask(questions_about(self.record, Side.AGENCY, today=timezone.localdate()))
