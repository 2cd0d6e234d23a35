"""Requirements that rest on a person's word: each with a question is a rule that looks for the answer."""

from datetime import date

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.requirement import REQUIREMENTS, Moment, Question, Requirement, Subject
from grants.compliance.rule import RULES, Rule
from grants.compliance.severity import Severity

READS = {
    "answers": frozenset(
        ["requirement", "program", "subaward", "year", "answer", "answered_on", "answered_by", "explanation"]
    ),
    "programs": frozenset(("name", "family", "stage", "is_passed_down", "is_federal")),
    "subawards": frozenset(("number", "program", "award", "family", "issued_on")),
}
DAYS = {
    Moment.AWARD: frozenset[str](),
    Moment.YEARLY: frozenset(("ends_on", "is_closed")),
    Moment.CLOSEOUT: frozenset(("awarded_on", "ends_on", "is_closed")),
}
"""By what it is known of a subaward that the moment of a question has come."""
CLOSEOUT = "closeout.subrecipient_days"
NO = "no"


def attested(requirement: Requirement, question: Question) -> Rule:
    """The rule that finds where a question was answered no, or ought to be answered and is not."""

    def filter(books: Books, law: Law) -> tuple[pd.DataFrame, ...]:
        year = books.as_of.year - 1 if question.at is Moment.YEARLY else 0
        answers = _last_answers(books, requirement.code, year)
        of_programs = answers[answers.subaward.isna()].set_index("program")
        programs = _programs_asked(books, requirement, question)
        refused = _refused(programs.join(of_programs), requirement)
        if question.about is Subject.PROGRAM:
            silent = programs[~programs.index.isin(of_programs.index)]
            return refused, silent.assign(words=f"{_nobody(year)}: {question.words}", **_mild(requirement))
        subawards = _subawards_asked(books, law, requirement, question, year)
        subawards = _concerned(subawards, books, question)
        subawards = subawards[subawards.program.isin(programs.index)]
        of_subawards = answers[answers.subaward.notna()].set_index("subaward")
        spoken_for = of_programs.answered_on.reindex(subawards.program).to_numpy() >= subawards.issued_on
        silent = subawards[~subawards.index.isin(of_subawards.index) & ~spoken_for]
        said_no = _refused(subawards.join(of_subawards.drop(columns="program")), requirement)
        return refused, said_no, _silent_by_program(programs, silent, question, requirement, year)

    return Rule(
        title=f"Not confirmed: {requirement.title}",
        requirement=requirement,
        says="{words}",
        reads=_reads(question),
        filter=filter,
        law=(*requirement.law, CLOSEOUT) if question.at is Moment.CLOSEOUT else requirement.law,
        severity_by="severity",
    )


def _reads(question: Question) -> dict[str, frozenset[str]]:
    more = READS | ({"parties": frozenset(["kind"])} if question.kinds else {})
    columns = {"party"} if question.kinds else set()
    columns |= {"payment_method"} if question.payment_methods else set()
    return more | {"subawards": READS["subawards"] | DAYS[question.at] | columns}


def _concerned(subawards: pd.DataFrame, books: Books, question: Question) -> pd.DataFrame:
    """Those to the kinds of parties, and paid by the methods, of which the question is asked."""
    if question.kinds:
        subawards = subawards[books.parties.kind.reindex(subawards.party).isin(question.kinds).to_numpy()]
    if question.payment_methods:
        subawards = subawards[subawards.payment_method.isin(question.payment_methods)]
    return subawards


def _last_answers(books: Books, code: str, year: int) -> pd.DataFrame:
    """The last word on a requirement about each program as a whole, and about each subaward."""
    answers = books.answers[(books.answers.requirement == code) & (books.answers.year == year)]
    ordered = answers.rename_axis("answer_id").reset_index().sort_values(["answered_on", "answer_id"])
    return ordered.drop_duplicates(["program", "subaward"], keep="last").drop(columns=["requirement", "year"])


def _programs_asked(books: Books, requirement: Requirement, question: Question) -> pd.DataFrame:
    """Programs that pass money down. What is asked of a program of any family is about its subawards."""
    programs = books.programs[books.programs.is_passed_down & (books.programs.stage != "draft")]
    programs = programs[programs.is_federal | requirement.of_state_money]
    if question.about is Subject.PROGRAM and question.at is Moment.CLOSEOUT:
        programs = programs[programs.stage == "closed"]
    if question.about is Subject.PROGRAM and not requirement.families:
        programs = programs[programs.index.isin(books.subawards.program)]
    return _of_families(programs, requirement)


def _subawards_asked(
    books: Books, law: Law, requirement: Requirement, question: Question, year: int
) -> pd.DataFrame:
    """The subawards for which the moment of the question has come."""
    subawards = _of_families(books.subawards, requirement)
    subawards = subawards[subawards.award.notna() | requirement.of_state_money]
    if question.at is Moment.CLOSEOUT:
        days = law[CLOSEOUT]
        known = subawards[subawards.ends_on.notna() & days.covers(subawards.awarded_on)]
        due_on = known.ends_on + pd.to_timedelta(days.on(known.awarded_on).astype("int64"), unit="D")
        is_due = (due_on < books.today).reindex(subawards.index, fill_value=False)
        return subawards[subawards.is_closed | is_due]
    if question.at is Moment.YEARLY:
        first, last = pd.Timestamp(date(year, 1, 1)), pd.Timestamp(date(year, 12, 31))
        is_open = ~subawards.is_closed & ~(subawards.ends_on < first)
        return subawards[is_open & (subawards.issued_on <= last)]
    return subawards


def _of_families(rows: pd.DataFrame, requirement: Requirement) -> pd.DataFrame:
    return rows[rows.family.isin(requirement.families)] if requirement.families else rows


def _refused(answered: pd.DataFrame, requirement: Requirement) -> pd.DataFrame:
    """Those of whom a person has said that the requirement is not met."""
    rows = answered[answered.answer == NO]
    said = rows.answered_by + " has said that this is not so: " + requirement.demands
    explained = said.where(rows.explanation == "", said + " Explanation: " + rows.explanation)
    return rows.assign(words=explained, severity=int(requirement.severity))


def _silent_by_program(
    programs: pd.DataFrame, silent: pd.DataFrame, question: Question, requirement: Requirement, year: int
) -> pd.DataFrame:
    """One row for each program with subawards of which nobody has said anything."""
    groups = silent.groupby("program").number
    rows = programs.loc[programs.index.isin(silent.program)]
    counts = groups.size().reindex(rows.index)
    if rows.empty:
        return rows
    words = f"{_nobody(year)} for " + counts.map("{:,}".format)
    words += (counts == 1).map({True: " subaward, ", False: " subawards, the first of them "})
    words += groups.min().reindex(rows.index) + ": " + question.words
    return rows.assign(words=words, **_mild(requirement))


def _nobody(year: int) -> str:
    return f"For {year} nobody has answered" if year else "Nobody has answered"


def _mild(requirement: Requirement) -> dict[str, int]:
    """Silence is at most a warning: not answered is not yet broken."""
    return {"severity": int(min(requirement.severity, Severity.WARNING))}


for _requirement in REQUIREMENTS.values():
    if _requirement.question is not None:
        RULES.add(_requirement.code, attested(_requirement, _requirement.question))
