"""Where frames of what agencies did come from: watching over subrecipients, and reporting to Washington."""

from grants.compliance.sources import Source, day_of

_AWARD = "(x.figures::jsonb ->> 'award')"
_SF425 = (
    f"(SELECT DISTINCT ON ({_AWARD}, x.through) x.id, x.number, x.through, {_AWARD} AS award, "
    "x.figures::jsonb AS figures FROM reporting_document x "
    f"WHERE x.report = 'sf-425' AND {day_of('x.issued_at')} <= %(day)s "
    f"ORDER BY {_AWARD}, x.through, x.issued_at DESC, x.id DESC)"
)
"""The federal financial reports in force: of each award and day the last that was issued.

Their figures have the code of the award, whether it is the final report, and the lines by their letters.
"""

MONITORED = {
    "ffata_reports": Source(
        key="q.id",
        rows="grants_ffatareport q JOIN grants_subaward s ON s.id = q.subaward_id",
        columns={
            "subaward": "q.subaward_id",
            "award": "q.federal_award_id",
            "reported_on": "q.reported_on",
            "amount": "q.amount",
        },
        program="s.program_id",
        subaward="q.subaward_id",
    ),
    "financial_reports": Source(
        key="d.id",
        rows=f"{_SF425} d JOIN grants_federalaward a ON a.code = d.award",
        columns={
            "award": "a.id",
            "number": "d.number",
            "through": "d.through",
            "is_final": "coalesce((d.figures ->> 'is_final')::boolean, false)",
        }
        | {
            f"line_{letter}": f"(d.figures #>> '{{lines,{letter},$decimal}}')::numeric"
            for letter in "abcdefghijklmno"
        },
    ),
    "determinations": Source(
        key="d.id",
        rows="grants_determination d",
        columns={
            "program": "d.program_id",
            "party": "d.party_id",
            "subaward": "d.subaward_id",
            "role": "d.role",
            "decided_on": day_of("d.decided_at"),
        },
        program="d.program_id",
        where=f"{day_of('d.decided_at')} <= %(day)s",
    ),
    "exclusion_checks": Source(
        key="c.id",
        rows="grants_exclusioncheck c",
        columns={
            "agency": "c.agency_id",
            "party": "c.party_id",
            "checked_on": "c.checked_on",
            "result": "c.result",
        },
        where="c.checked_on <= %(day)s",
    ),
    "risk_assessments": Source(
        key="k.id",
        rows="grants_riskassessment k",
        columns={
            "agency": "k.agency_id",
            "party": "k.party_id",
            "assessed_on": "k.assessed_on",
            "level": "k.level",
            "fraud_risk": "k.fraud_risk",
        },
        where="k.assessed_on <= %(day)s",
    ),
    "specific_conditions": Source(
        key="c.id",
        rows="grants_specificcondition c JOIN grants_subaward s ON s.id = c.subaward_id",
        columns={
            "subaward": "c.subaward_id",
            "title": "c.nature",
            "stage": "c.stage",
            "noticed_on": "c.noticed_on",
            "has_whole_notice": (
                "c.nature <> '' AND c.reason <> '' AND c.action_to_remove <> '' AND c.time_allowed <> '' "
                "AND c.reconsideration <> ''"
            ),
        },
        program="s.program_id",
        subaward="c.subaward_id",
        where="s.stage IN ('issued', 'closed')",
    ),
    "follow_ups": Source(
        key="w.id",
        rows="grants_followup w LEFT JOIN grants_subaward s ON s.id = w.subaward_id",
        columns={
            "agency": "w.agency_id",
            "party": "w.party_id",
            "subaward": "CASE WHEN s.stage IN ('issued', 'closed') THEN s.id END",
            "title": "w.condition",
            "due_on": "w.due_on",
            "done_on": "w.done_on",
        },
        program="s.program_id",
        subaward="w.subaward_id",
    ),
    "single_audits": Source(
        key="u.id",
        rows="grants_singleaudit u",
        columns={
            "agency": "u.agency_id",
            "party": "u.party_id",
            "year_starts_on": "u.year_starts_on",
            "year_ends_on": "u.year_ends_on",
            "stage": "u.stage",
            "report_received_on": "u.report_received_on",
            "accepted_on": "u.fac_accepted_on",
            "expended_elsewhere": "u.expended_elsewhere",
        },
    ),
    "audit_findings": Source(
        key="g.id",
        rows=(
            "grants_auditfinding g JOIN grants_singleaudit u ON u.id = g.audit_id "
            "LEFT JOIN grants_subaward s ON s.id = g.subaward_id "
            "LEFT JOIN grants_managementdecision d ON d.finding_id = g.id"
        ),
        columns={
            "single_audit": "g.audit_id",
            "party": "u.party_id",
            "subaward": "CASE WHEN s.stage IN ('issued', 'closed') THEN s.id END",
            "code": "g.reference",
            "is_ours": "g.is_ours",
            "accepted_on": "u.fac_accepted_on",
            "decided_on": "d.decided_on",
            "has_whole_decision": (
                "d.id IS NULL OR (d.sustained <> '' AND d.reasons <> '' AND d.appeal <> '' "
                "AND (d.expected = 'none' OR (d.expected_action <> '' AND d.timetable <> '')))"
            ),
            "asks_something": "coalesce(d.expected <> 'none', false)",
            "has_follow_up": "EXISTS (SELECT 1 FROM grants_followup w WHERE w.audit_finding_id = g.id)",
        },
        program="s.program_id",
        subaward="g.subaward_id",
    ),
    "closeouts": Source(
        key="o.id",
        rows="grants_closeout o JOIN grants_subaward s ON s.id = o.subaward_id",
        columns={
            "subaward": "o.subaward_id",
            "ends_on": "o.ends_on",
            "reports_due_on": "o.reports_due_on",
            "final_report_on": "o.final_report_on",
            "expended_on": "o.expended_on",
            "disposed_on": "o.disposed_on",
            "finished_on": "o.finished_on",
        },
        program="s.program_id",
        subaward="o.subaward_id",
        where="s.stage IN ('issued', 'closed')",
    ),
}
