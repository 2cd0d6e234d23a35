"""Attestations: the answers of persons to what no figure can show, and how they are given."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from grants.compliance.requirement import REQUIREMENTS, Moment, Question, Side, Subject
from grants.kernel.action import action
from grants.kernel.refusals import Refusal
from grants.kernel.scope import ScopedQuerySet
from grants.kernel.trail import append_only


class Answer(models.TextChoices):
    """What may be said to a question."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_APPLICABLE = "not_applicable", "Does not apply here"


class Attestation(models.Model):
    """A person's word whether a requirement is met: for a program as a whole, or for one subaward.

    Never changed: another word is another row, and the last one counts. ``year`` is the calendar year that it
    is about, 0 when it is said once and for all.
    """

    requirement = models.CharField(max_length=80)
    program = models.ForeignKey("grants.Program", models.PROTECT, related_name="attestations")
    subaward = models.ForeignKey(
        "grants.Subaward", models.PROTECT, null=True, blank=True, related_name="attestations"
    )
    year = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=14, choices=Answer)
    explanation = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "program__agency",
        "subrecipient": ("subaward__subrecipient", "subaward__allocation__party"),
    }
    is_sealed = True

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["program", "requirement"], name="attestation_of_a_program")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer=Answer.YES) | ~Q(explanation=""),
                name="attestation_explained",
                violation_error_code="not-explained",
                violation_error_message="Say why it is not so, or why it does not apply.",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=Answer.values),
                name="attestation_answer_known",
                violation_error_code="answer-unknown",
                violation_error_message="The answer is yes, no, or does not apply.",
            ),
        ]

    def __str__(self) -> str:
        return f"{REQUIREMENTS[self.requirement].title}: {self.get_answer_display().lower()}"


@dataclass(frozen=True)
class Asked:
    """A question that is open to a person: for a year, or ``year`` 0 for once and for all."""

    code: str
    question: Question
    year: int
    answered: Attestation | None


@dataclass(frozen=True)
class Word:
    """What a person says to one question."""

    requirement: str
    answer: str
    year: int = 0
    explanation: str = ""


@action("program.attest", needs="attest_for_programs", locks=False)
def attest_for_program(program: Any, *, words: Sequence[Word], by: Any) -> list[Attestation]:
    """Say for a program as a whole, and so for all its subawards, which requirements are met.

    Refuses ``not-asked`` for a requirement that asks nothing of such a program, or not of the agency.
    """
    given = []
    for word in words:
        question = _asked(word.requirement, program, is_federal=_has_federal_money(program))
        if question.of is not Side.AGENCY:
            raise Refusal("Each subrecipient answers this for its own subaward.", code="not-asked")
        given.append(_answered(word, question, program, None, by))
    return given


@action("subaward.attest", needs="attest_for_subawards", locks=False)
def attest_for_subaward(subaward: Any, *, words: Sequence[Word], by: Any) -> list[Attestation]:
    """Say for one subaward which requirements are met.

    Refuses ``not-asked`` for a requirement that asks nothing of such a subaward, by its program, its party
    or how it is paid, or is the other side's to
    answer: the agency does not speak for the subrecipient, nor the reverse.
    """
    side, given = side_of(subaward, by), []
    for word in words:
        question = _asked(word.requirement, subaward.program, is_federal=_is_federal(subaward))
        if question.about is Subject.PROGRAM:
            raise Refusal("This is answered for the whole program.", code="not-asked")
        if not _concerns(question, subaward):
            raise Refusal("This is asked of other kinds of subawards.", code="not-asked")
        if question.of is not side:
            raise Refusal("This is for the other side of the subaward to answer.", code="not-asked")
        given.append(_answered(word, question, subaward.program, subaward, by))
    return given


def side_of(subaward: Any, person: Any) -> Side:
    """Whose word a person's is about a subaward: the agency's if she works there."""
    works_there = type(subaward.program).objects.within_reach_of(person, "attest_for_programs")
    return Side.AGENCY if works_there.filter(pk=subaward.program_id).exists() else Side.SUBRECIPIENT


def questions_about(subaward: Any, side: Side, *, today: date) -> list[Asked]:
    """What one side is asked about a subaward now, with what it answered last.

    What is asked every year is asked about the last one; what is asked at closeout once its last day is over.
    """
    is_over = bool(subaward.ends_on and subaward.ends_on < today)
    moments = {Moment.AWARD, Moment.YEARLY} | ({Moment.CLOSEOUT} if is_over else set())
    given = Attestation.objects.filter(subaward=subaward)
    questions = asked_of(subaward.program, is_federal=_is_federal(subaward))
    asked = _open(questions, {Subject.SUBAWARD}, side, moments, given, today)
    return [each for each in asked if _concerns(each.question, subaward)]


def questions_on(program: Any, *, today: date) -> list[Asked]:
    """What the agency is asked about a program as a whole, or can answer once for all its subawards."""
    given = Attestation.objects.filter(program=program, subaward=None)
    asked = asked_of(program, is_federal=_has_federal_money(program))
    return list(_open(asked, set(Subject), Side.AGENCY, set(Moment), given, today))


def asked_of(program: Any, *, is_federal: bool) -> dict[str, Question]:
    """The questions on a program, or on a subaward of it, by their requirements.

    None where a federal agency pays directly; on the state's own money only what state law asks.
    """
    if program.route != "passed_down":
        return {}
    return {
        code: requirement.question
        for code, requirement in REQUIREMENTS.items()
        if requirement.question and requirement.holds_for(program.family, is_federal=is_federal)
    }


def _has_federal_money(program: Any) -> bool:
    return program.fundings.filter(federal_award__isnull=False).exists()


def _is_federal(subaward: Any) -> bool:
    return subaward.splits.filter(federal_award__isnull=False).exists()


def _open(
    asked: Mapping[str, Question],
    about: Collection[Subject],
    side: Side,
    moments: Collection[Moment],
    given: QuerySet[Attestation],
    today: date,
) -> Iterator[Asked]:
    last = {(each.requirement, each.year): each for each in given.order_by("answered_at", "pk")}
    for code, question in asked.items():
        if question.about in about and question.of is side and question.at in moments:
            year = today.year - 1 if question.at is Moment.YEARLY else 0
            yield Asked(code, question, year, last.get((code, year)))


def _concerns(question: Question, subaward: Any) -> bool:
    return question.concerns(kind=subaward.subrecipient.kind, payment_method=subaward.payment_method)


def _asked(code: str, program: Any, *, is_federal: bool) -> Question:
    question = asked_of(program, is_federal=is_federal).get(code)
    if question is None:
        raise Refusal("Nothing is asked here under that name.", code="not-asked")
    return question


def _answered(word: Word, question: Question, program: Any, subaward: Any, by: Any) -> Attestation:
    if (question.at is Moment.YEARLY) != bool(word.year):
        raise Refusal("Say for which year, where the question is asked every year.", code="not-asked")
    attestation = Attestation(
        requirement=word.requirement,
        program=program,
        subaward=subaward,
        year=word.year,
        answer=word.answer,
        explanation=word.explanation,
        answered_by=by,
    )
    attestation.full_clean()
    attestation.save()
    return attestation
