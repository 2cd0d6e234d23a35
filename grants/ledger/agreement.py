"""Whether what is kept agrees with the lines: balances with the ledger, standings with the balances."""

from django.db import connection

_CELL = "program_id, federal_award_id, allocation_id, subaward_id, project_id, kind, is_advance, category"
_BALANCES = f"""
    WITH lines AS (
        SELECT {_CELL}, date_trunc('month', incurred_on)::date AS month,
               sum(amount) AS amount, count(*) AS lines
        FROM grants_entry GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    ), kept AS (SELECT {_CELL}, month, amount, lines FROM grants_balance)
    SELECT 'the lines but not the balances', * FROM (TABLE lines EXCEPT ALL TABLE kept) AS missing
    UNION ALL
    SELECT 'the balances but not the lines', * FROM (TABLE kept EXCEPT ALL TABLE lines) AS surplus
"""
_NET = "coalesce(sum(CASE kind WHEN '{0}' THEN amount WHEN '{1}' THEN -amount ELSE 0 END){2}, 0)"
_OBLIGATED_BY = _NET.format("obligation", "deobligation", "{0}")
_OBLIGATED = _OBLIGATED_BY.format("")
_SPENT = _NET.format("expenditure", "", "{0}")
_PAID = _NET.format("payment", "refund", "{0}")
_OWN = " FILTER (WHERE subaward_id IS NULL)"
_SUBAWARDS = f"""
    SELECT standing.subaward_id
    FROM grants_subawardstanding AS standing
    LEFT JOIN (
        SELECT subaward_id, {_OBLIGATED} AS obligated, {_SPENT.format("")} AS expended,
               {_NET.format("cost_share", "", "")} AS cost_shared,
               {_NET.format("program_income", "", "")} AS earned,
               {_PAID.format("")} AS paid, {_PAID.format(" FILTER (WHERE is_advance)")} AS advanced
        FROM grants_balance GROUP BY subaward_id
    ) AS kept USING (subaward_id)
    WHERE (standing.obligated, standing.expended, standing.paid, standing.advanced,
           standing.cost_shared, standing.earned) IS DISTINCT FROM
          (coalesce(kept.obligated, 0), coalesce(kept.expended, 0), coalesce(kept.paid, 0),
           coalesce(kept.advanced, 0), coalesce(kept.cost_shared, 0), coalesce(kept.earned, 0))
"""
_ALLOCATIONS = f"""
    SELECT standing.allocation_id
    FROM grants_allocationstanding AS standing
    LEFT JOIN (
        SELECT allocation_id, {_OBLIGATED_BY.format(" FILTER (WHERE subaward_id IS NOT NULL)")} AS subawarded,
               {_OBLIGATED_BY.format(_OWN)} AS obligated,
               {_SPENT.format(_OWN)} AS spent, {_PAID.format(_OWN)} AS paid
        FROM grants_balance GROUP BY allocation_id
    ) AS kept USING (allocation_id)
    WHERE (standing.subawarded, standing.obligated, standing.spent, standing.paid) IS DISTINCT FROM
          (coalesce(kept.subawarded, 0), coalesce(kept.obligated, 0),
           coalesce(kept.spent, 0), coalesce(kept.paid, 0))
"""
_ALLOCATED = """
    SELECT standing.allocation_id, standing.allocated
    FROM grants_allocationstanding AS standing
    LEFT JOIN (
        SELECT share.allocation_id, sum(share.amount) AS allocated
        FROM grants_share AS share JOIN grants_allocationround AS round ON round.id = share.round_id
        WHERE round.stage = 'approved' GROUP BY 1
    ) AS shares USING (allocation_id)
    WHERE standing.allocated <> coalesce(shares.allocated, 0)
"""
_PROGRAMS = """
    SELECT standing.program_id, standing.funded, standing.allocated
    FROM grants_programstanding AS standing
    LEFT JOIN (
        SELECT program_id, sum(amount) AS funded FROM grants_funding GROUP BY 1
    ) AS funding USING (program_id)
    LEFT JOIN (
        SELECT round.program_id, sum(share.amount) AS allocated
        FROM grants_share AS share JOIN grants_allocationround AS round ON round.id = share.round_id
        WHERE round.stage = 'approved' GROUP BY 1
    ) AS shares USING (program_id)
    WHERE standing.funded <> coalesce(funding.funded, 0)
       OR standing.allocated <> coalesce(shares.allocated, 0)
"""
_AWARDS = f"""
    SELECT standing.id FROM grants_awardstanding AS standing
    WHERE standing.obligated <> (
        SELECT {_OBLIGATED} FROM grants_balance AS balance WHERE balance.program_id = standing.program_id
        AND balance.federal_award_id IS NOT DISTINCT FROM standing.federal_award_id
    ) OR standing.funded <> (
        SELECT coalesce(sum(amount), 0) FROM grants_funding AS funding
        WHERE funding.program_id = standing.program_id
        AND funding.federal_award_id IS NOT DISTINCT FROM standing.federal_award_id
    )
"""
_CHECKS = {
    "The balance of cell {} stands in {}.": _BALANCES,
    "The standing of subaward {} is not the sum of its lines.": _SUBAWARDS,
    "The standing of allocation {} is not the sum of its lines.": _ALLOCATIONS,
    "Allocation {} is not the sum of its approved shares.": _ALLOCATED,
    "The standing of federal award {} in its program is not the sum of its funding and lines.": _AWARDS,
    "Program {} is not the sum of its funding and approved shares.": _PROGRAMS,
}


def disagreements() -> list[str]:
    """A sentence for each balance or standing that differs from what it is kept of; none when all agree."""
    found = []
    with connection.cursor() as cursor:
        for sentence, query in _CHECKS.items():
            cursor.execute(query)
            for row in cursor.fetchall():
                place = (row[1:], row[0]) if query is _BALANCES else (row[0],)
                found.append(sentence.format(*place))
    return found
