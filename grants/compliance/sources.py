"""Where the columns of the books come from: for each frame its rows, and an expression for each column.

Expressions are SQL over the tables of the records; ``%(day)s`` is the day as of which the books are wanted,
and ``%(zone)s`` the time zone of the state, which decides on which day a moment falls.
"""

from dataclasses import dataclass

from grants.compliance.categories import CLOSEOUT

OF_FIGURES = "figures-"
"""How the code of a state's figures of a program begins; that of the program follows."""

PRIMARY = (
    "LATERAL (SELECT p.federal_award_id AS id FROM grants_fundingsplit p WHERE p.subaward_id = s.id "
    "AND p.federal_award_id IS NOT NULL ORDER BY p.amount DESC, p.federal_award_id LIMIT 1)"
)
"""The federal award that pays most of a subaward: it chooses the edition of the law."""


def day_of(moment: str) -> str:
    """The day on which a moment falls, where the state is."""
    return f"({moment} AT TIME ZONE %(zone)s)::date"


@dataclass(frozen=True)
class Source:
    """The query of one frame. ``program`` and ``subaward`` say what a row belongs to, to narrow the scope."""

    key: str
    rows: str
    columns: dict[str, str]
    program: str = ""
    subaward: str = ""
    where: str = "true"


def _lines(kinds: str, columns: dict[str, str], *, sign: str = "e.amount") -> Source:
    """Lines of the ledger of some kinds that stand in subawards."""
    return Source(
        key="e.id",
        rows="grants_entry e",
        columns={"subaward": "e.subaward_id", "award": "e.federal_award_id", "amount": sign} | columns,
        program="e.program_id",
        subaward="e.subaward_id",
        where=f"e.subaward_id IS NOT NULL AND e.incurred_on <= %(day)s AND e.kind IN ({kinds})",
    )


SOURCES = {
    "awards": Source(
        key="a.id",
        rows="grants_federalaward a",
        columns={
            "fain": "coalesce(nullif(a.fain, ''), a.code)",
            "has_fain": "a.fain <> ''",
            "aln": "a.aln",
            "family": (
                "(SELECT min(p.family) FROM grants_funding f JOIN grants_program p ON p.id = f.program_id "
                "WHERE f.federal_award_id = a.id)"
            ),
            "title": "a.title",
            "agency_name": "a.agency_name",
            "description": "a.description",
            "awarded_on": "a.award_date",
            "received_on": (
                "(SELECT min(f.received_on) FROM grants_funding f WHERE f.federal_award_id = a.id)"
            ),
            "appropriated_on": "a.appropriated_on",
            "starts_on": "a.starts_on",
            "ends_on": "a.ends_on",
            "amount": (
                "coalesce(a.amount, "
                "(SELECT sum(f.amount) FROM grants_funding f WHERE f.federal_award_id = a.id), 0)"
            ),
            "is_multi_entity": "a.is_multi_entity",
            "has_pass_through_exemption": "a.has_pass_through_exemption",
            "has_cost_share_waiver": "a.has_cost_share_waiver",
        },
    ),
    "programs": Source(
        key="p.id",
        rows="grants_program p LEFT JOIN grants_programstanding st ON st.program_id = p.id",
        columns={
            "code": "p.code",
            "name": "p.name",
            "family": "p.family",
            "stage": "p.stage",
            "amount": "coalesce(st.funded, 0)",
            "is_passed_down": "p.route = 'passed_down'",
            "is_federal": (
                "EXISTS (SELECT 1 FROM grants_funding f "
                "WHERE f.program_id = p.id AND f.federal_award_id IS NOT NULL)"
            ),
            "has_figures": (
                "EXISTS (SELECT FROM grants_policy o WHERE o.kind = 'parameters' AND o.stage = 'approved' "
                f"AND o.agency_id = p.agency_id AND o.starts_on <= %(day)s AND o.rule = '{OF_FIGURES}' || "
                "trim(both '-' from regexp_replace(lower(p.code), '[^a-z0-9]+', '-', 'g')))"
            ),
        },
        program="p.id",
    ),
    "parties": Source(
        key="y.id",
        rows="grants_party y",
        columns={
            "code": "y.code",
            "name": "y.name",
            "kind": "y.kind",
            "uei": "y.uei",
            "uei_name": "y.uei_name",
            "ein": "y.ein",
            "sam_expires_on": "y.sam_expires_on",
            "fiscal_year_begins": "y.fiscal_year_begins",
            "population": (
                "(SELECT n.count FROM grants_population n WHERE n.party_id = y.id "
                "ORDER BY n.year DESC, n.id DESC LIMIT 1)"
            ),
        },
        where=(
            "y.id IN (SELECT party_id FROM grants_allocation "
            "UNION SELECT subrecipient_id FROM grants_subaward)"
        ),
    ),
    "rounds": Source(
        key="r.id",
        rows="grants_allocationround r JOIN grants_program p ON p.id = r.program_id",
        columns={
            "title": "r.name",
            "program": "r.program_id",
            "family": "p.family",
            "awarded_on": (
                "(SELECT min(a.award_date) FROM grants_funding f "
                "JOIN grants_federalaward a ON a.id = f.federal_award_id WHERE f.program_id = p.id)"
            ),
            "amount": "(SELECT coalesce(sum(h.amount), 0) FROM grants_share h WHERE h.round_id = r.id)",
        },
        program="r.program_id",
        where="r.stage = 'approved'",
    ),
    "allocations": Source(
        key="h.id",
        rows=(
            "grants_share h JOIN grants_allocationround r ON r.id = h.round_id "
            "JOIN grants_allocation l ON l.id = h.allocation_id JOIN grants_party y ON y.id = l.party_id "
            "LEFT JOIN LATERAL (SELECT count(*) AS number, "
            "sum(t.amount) FILTER (WHERE t.number = 1) AS first, "
            "sum(t.amount) FILTER (WHERE t.number = 2) AS second FROM grants_tranche t "
            "WHERE t.share_id = h.id) t ON true"
        ),
        columns={
            "round": "h.round_id",
            "party": "y.name",
            "population": (
                "coalesce((SELECT n.count FROM grants_population n WHERE n.party_id = y.id "
                "ORDER BY n.year DESC, n.id DESC LIMIT 1), 0)"
            ),
            "reference_budget": (
                "(SELECT b.amount FROM grants_budget b WHERE b.party_id = y.id "
                "ORDER BY b.fiscal_year LIMIT 1)"
            ),
            "first_tranche": "CASE WHEN t.number = 0 THEN h.amount ELSE coalesce(t.first, 0) END",
            "second_tranche": "coalesce(t.second, 0)",
            "amount": "h.amount",
        },
        program="r.program_id",
        where="r.stage = 'approved'",
    ),
    "subawards": Source(
        key="s.id",
        rows=(
            "grants_subaward s JOIN grants_program p ON p.id = s.program_id "
            "JOIN grants_party y ON y.id = s.subrecipient_id "
            "JOIN grants_allocation l ON l.id = s.allocation_id JOIN grants_party k ON k.id = l.party_id "
            "LEFT JOIN grants_subawardstanding st ON st.subaward_id = s.id "
            f"LEFT JOIN {PRIMARY} w ON true LEFT JOIN grants_federalaward a ON a.id = w.id "
            "LEFT JOIN grants_servicearea v ON v.subaward_id = s.id"
        ),
        columns={
            "number": "s.number",
            "title": "s.title",
            "program": "s.program_id",
            "agency": "p.agency_id",
            "party": "s.subrecipient_id",
            "award": "a.id",
            "family": "p.family",
            "awarded_on": "a.award_date",
            "issued_on": "s.issued_on",
            "starts_on": "coalesce(s.budget_starts_on, s.starts_on)",
            "ends_on": "coalesce(s.budget_ends_on, s.ends_on)",
            "performs_from": "s.starts_on",
            "performs_to": "s.ends_on",
            "budget_from": "s.budget_starts_on",
            "budget_to": "s.budget_ends_on",
            "amount": "s.amount",
            "subrecipient": "y.name",
            "is_first_tier": (
                "l.party_id = s.subrecipient_id OR k.kind IN ('state', 'state_agency') "
                "OR coalesce(l.party_id IN (a.recipient_id, a.agency_id), false)"
            ),
            "is_closed": "s.stage = 'closed'",
            "description": "s.description",
            "indirect_rate": "(s.indirect_rate * 10000)::int",
            "indirect_rate_kind": "s.indirect_rate_kind",
            "payment_method": "s.payment_method",
            "required_cost_share": "s.required_cost_share",
            "has_official": "s.awarding_official_id IS NOT NULL",
            "has_federal_terms": "s.terms_federal <> ''",
            "has_pass_through_terms": "s.terms_pass_through <> ''",
            "has_records_access_clause": "s.has_records_access_clause",
            "has_closeout_terms": "s.has_closeout_terms",
            "has_specific_conditions": "s.specific_conditions <> ''",
            "obligated": "coalesce(st.obligated, 0)",
            "expended": "coalesce(st.expended, 0)",
            "paid": "coalesce(st.paid, 0)",
            "cost_shared": "coalesce(st.cost_shared, 0)",
            "download_mbps": "v.download_mbps",
            "upload_mbps": "v.upload_mbps",
        },
        program="s.program_id",
        subaward="s.id",
        where="s.stage IN ('issued', 'closed')",
    ),
    "projects": Source(
        key="j.id",
        rows=(
            "grants_project j JOIN grants_allocation l ON l.id = j.allocation_id "
            "JOIN grants_program p ON p.id = l.program_id LEFT JOIN LATERAL (SELECT "
            "sum(b.amount) FILTER (WHERE b.kind = 'expenditure') AS expended, "
            "sum(CASE b.kind WHEN 'deobligation' THEN -b.amount ELSE b.amount END) "
            "FILTER (WHERE b.kind IN ('obligation', 'deobligation')) AS obligated "
            "FROM grants_balance b WHERE b.project_id = j.id) m ON true"
        ),
        columns={
            "code": "j.code",
            "name": "j.name",
            "number": "j.number",
            "program": "l.program_id",
            "party": "l.party_id",
            "family": "p.family",
            "subaward": "j.subaward_id",
            "award": (
                f"coalesce((SELECT w.id FROM (SELECT j.subaward_id AS id) s, {PRIMARY} w), "
                "(SELECT a.id FROM grants_funding f JOIN grants_federalaward a ON a.id = f.federal_award_id "
                "WHERE f.program_id = l.program_id AND a.recipient_id = l.party_id ORDER BY a.id LIMIT 1))"
            ),
            "expenditure_category": "j.expenditure_category",
            "description": "j.description",
            "completion": "j.completion",
            "adopted_budget": "j.adopted_budget",
            "obligated": "coalesce(m.obligated, 0)",
            "expended": "coalesce(m.expended, 0)",
        },
        program="l.program_id",
        subaward="j.subaward_id",
    ),
    "budget_lines": Source(
        key="b.id",
        rows="grants_budgetline b JOIN grants_subaward s ON s.id = b.subaward_id",
        columns={
            "subaward": "b.subaward_id",
            "category": "b.category",
            "source": "b.source",
            "amount": "b.amount",
        },
        program="s.program_id",
        subaward="b.subaward_id",
        where=(
            "s.stage IN ('issued', 'closed') AND b.version = "
            "(SELECT max(v.version) FROM grants_budgetline v WHERE v.subaward_id = s.id)"
        ),
    ),
    "obligations": _lines(
        "'obligation', 'deobligation'",
        {
            "incurred_on": "e.incurred_on",
            "federal_amount": (
                "CASE WHEN e.federal_award_id IS NULL THEN 0 "
                "WHEN e.kind = 'deobligation' THEN -e.amount ELSE e.amount END"
            ),
        },
        sign="CASE e.kind WHEN 'deobligation' THEN -e.amount ELSE e.amount END",
    ),
    "expenditures": _lines(
        "'expenditure'",
        {
            "incurred_on": "e.incurred_on",
            "category": "e.category",
            "payee": "e.payee",
            "memo": "e.memo",
            "reverses": "e.reverses_id",
            "is_closeout_cost": f"e.category ILIKE '%%{CLOSEOUT}%%'",
        },
    ),
    "contributions": _lines(
        "'cost_share'",
        {
            "incurred_on": "e.incurred_on",
            "category": "e.category",
            "payee": "e.payee",
            "memo": "e.memo",
            "reverses": "e.reverses_id",
        },
    ),
    "interest": _lines("'interest'", {"earned_on": "e.incurred_on"}),
    "payments": _lines(
        "'payment', 'refund'",
        {"paid_on": "e.incurred_on"},
        sign="CASE e.kind WHEN 'refund' THEN -e.amount ELSE e.amount END",
    ),
    "passed_down": Source(
        key="x.id",
        rows=(
            "grants_fundingsplit x JOIN grants_subaward s ON s.id = x.subaward_id "
            "JOIN grants_party y ON y.id = s.subrecipient_id"
        ),
        columns={
            "award": "x.federal_award_id",
            "subaward": "x.subaward_id",
            "party": "y.name",
            "is_local": "y.kind IN ('county', 'municipality', 'township', 'district', 'tribe')",
            "is_rural": "coalesce(y.rural_urban_code, 0) >= 4",
            "passed_on": "s.issued_on",
            "amount": "x.amount",
        },
        program="s.program_id",
        where="s.stage IN ('issued', 'closed') AND x.federal_award_id IS NOT NULL",
    ),
    "administration": Source(
        key="e.id",
        rows="grants_entry e",
        columns={"award": "e.federal_award_id", "amount": "e.amount"},
        program="e.program_id",
        where=(
            "e.kind = 'expenditure' AND e.federal_award_id IS NOT NULL AND e.category ILIKE 'administrat%%' "
            "AND e.incurred_on <= %(day)s"
        ),
    ),
    "cost_shares": Source(
        key="b.id",
        rows=(f"grants_budgetline b JOIN grants_subaward s ON s.id = b.subaward_id JOIN {PRIMARY} w ON true"),
        columns={"award": "w.id", "amount": "b.amount"},
        program="s.program_id",
        where=(
            "s.stage IN ('issued', 'closed') AND b.source IN ('cash', 'in_kind') AND b.version = "
            "(SELECT max(v.version) FROM grants_budgetline v WHERE v.subaward_id = s.id)"
        ),
    ),
    "reports_due": Source(
        key="(n.id::bigint << 32) + s.id",
        rows=(
            "reporting_reportingperiod n JOIN grants_subaward s ON s.program_id = n.program_id "
            "LEFT JOIN LATERAL (SELECT min(f.certified_at) AS at FROM reporting_filing f "
            "WHERE f.period_id = n.id AND f.subaward_id = s.id "
            "AND f.stage IN ('certified', 'accepted', 'posted', 'replaced')) f ON true"
        ),
        columns={
            "subaward": "s.id",
            "program": "n.program_id",
            "period": "n.code",
            "starts_on": "n.starts_on",
            "ends_on": "n.ends_on",
            "due_on": "n.due_on",
            "filed_on": day_of("f.at"),
            "reviewed_on": (
                f"(SELECT min(r.day) FROM (SELECT {day_of('f.decided_at')} AS day FROM reporting_filing f "
                "WHERE f.period_id = n.id AND f.subaward_id = s.id UNION ALL SELECT v.reviewed_on "
                "FROM grants_reportreview v WHERE v.period = n.code AND v.subaward_id = s.id) r)"
            ),
        },
        program="n.program_id",
        subaward="s.id",
        where=(
            "s.stage IN ('issued', 'closed') AND n.ends_on < %(day)s AND s.issued_on <= n.ends_on "
            "AND (s.starts_on IS NULL OR s.starts_on <= n.ends_on) "
            "AND (s.ends_on IS NULL OR s.ends_on >= n.starts_on OR f.at IS NOT NULL) "
            "AND (s.stage = 'issued' OR f.at IS NOT NULL)"
        ),
    ),
    "answers": Source(
        key="t.id",
        rows="grants_attestation t JOIN grants_user u ON u.id = t.answered_by_id",
        columns={
            "requirement": "t.requirement",
            "program": "t.program_id",
            "subaward": "t.subaward_id",
            "year": "t.year",
            "answer": "t.answer",
            "answered_on": day_of("t.answered_at"),
            "answered_by": "u.name",
            "explanation": "t.explanation",
        },
        program="t.program_id",
        where=f"{day_of('t.answered_at')} <= %(day)s",
    ),
}
