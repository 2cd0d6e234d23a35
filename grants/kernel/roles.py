"""Who may do what. The one table of permissions; pages, API, desk and commands all read it."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person does for the party of a membership."""

    ADMINISTRATOR = "administrator", "Administrator"
    FISCAL_OFFICER = "fiscal_officer", "Fiscal officer"
    PROGRAM_OFFICER = "program_officer", "Program officer"
    REVIEWER = "reviewer", "Reviewer"
    PREPARER = "preparer", "Preparer"
    CERTIFIER = "certifier", "Certifier"
    AUDITOR = "auditor", "Auditor"


class Side(TextChoices):
    """From which side of the money a role looks; the keys of a record's ``reached_by``."""

    AGENCY = "agency", "the agency that passes money down"
    SUBRECIPIENT = "subrecipient", "the party that receives it"


ACTS_AS: dict[Role, frozenset[Side]] = {
    Role.ADMINISTRATOR: frozenset({Side.AGENCY}),
    Role.FISCAL_OFFICER: frozenset({Side.AGENCY}),
    Role.PROGRAM_OFFICER: frozenset({Side.AGENCY}),
    Role.REVIEWER: frozenset({Side.AGENCY}),
    Role.PREPARER: frozenset({Side.SUBRECIPIENT}),
    Role.CERTIFIER: frozenset({Side.SUBRECIPIENT}),
    Role.AUDITOR: frozenset({Side.AGENCY, Side.SUBRECIPIENT}),
}

ONLY_FROM: dict[str, frozenset[Side]] = {"issue_documents": frozenset({Side.AGENCY})}
"""Permissions that a role has from one side only: a report also tells what others received."""

AT_THE_DESK = frozenset(role for role, sides in ACTS_AS.items() if Side.AGENCY in sides)
"""Roles that sign in to the staff's desk."""

MAY: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            "view",
            "manage_people",
            "manage_parties",
            "manage_programs",
            "draft_rounds",
            "draft_subawards",
            "propose_amendments",
            "attest_for_programs",
            "attest_for_subawards",
            "issue_documents",
            "draw_samples",
            "gather_packages",
            "withdraw_documents",
            "schedule_reports",
            "examine_books",
            "answer_findings",
            "ask_waivers",
            "draft_policies",
            "monitor_subrecipients",
            "set_risk_bands",
            "declare_spending",
        }
    ),
    Role.FISCAL_OFFICER: frozenset(
        {
            "view",
            "fund_programs",
            "approve_rounds",
            "issue_subawards",
            "approve_amendments",
            "close_subawards",
            "post_costs",
            "post_entries",
            "reverse_entries",
            "accept_reports",
            "attest_for_programs",
            "attest_for_subawards",
            "issue_documents",
            "draw_samples",
            "gather_packages",
            "withdraw_documents",
            "schedule_reports",
            "examine_books",
            "answer_findings",
            "decide_waivers",
            "approve_policies",
            "monitor_subrecipients",
            "impose_conditions",
            "decide_audit_findings",
            "declare_spending",
        }
    ),
    Role.PROGRAM_OFFICER: frozenset(
        {
            "view",
            "manage_parties",
            "manage_programs",
            "draft_rounds",
            "draft_subawards",
            "propose_amendments",
            "post_costs",
            "accept_reports",
            "attest_for_programs",
            "attest_for_subawards",
            "issue_documents",
            "draw_samples",
            "gather_packages",
            "withdraw_documents",
            "schedule_reports",
            "examine_books",
            "answer_findings",
            "ask_waivers",
            "draft_policies",
            "monitor_subrecipients",
            "declare_spending",
        }
    ),
    Role.REVIEWER: frozenset({"view"}),
    Role.PREPARER: frozenset({"view", "file_reports", "answer_findings", "declare_spending"}),
    Role.CERTIFIER: frozenset({"view", "certify_reports", "attest_for_subawards", "declare_spending"}),
    Role.AUDITOR: frozenset({"view", "issue_documents", "draw_samples", "gather_packages"}),
}


def sides_of(role: Role, need: str) -> frozenset[Side]:
    """The sides from which a role has a permission."""
    return ACTS_AS[role] & ONLY_FROM.get(need, ACTS_AS[role])


def roles_that_may(need: str) -> frozenset[Role]:
    """The roles with a permission."""
    return frozenset(role for role, needs in MAY.items() if need in needs)
