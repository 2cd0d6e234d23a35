"""What the database itself does when lines are added to the ledger.

Both triggers fire once for a statement, however many lines it adds (COPY included). The second adds the
lines up to cells, once, and from the cells keeps the balances and the standings; the check constraints of
the standings then uphold the invariants under concurrency, since every posting locks the standings it
touches, in order of their keys.
"""

import pgtrigger

LEDGER_LOCK = 7_436_282
"""Advisory lock: shared by whoever posts, taken alone for an instant by whoever fixes "as known at"."""

WAIT_FOR_REPORTS = pgtrigger.Trigger(
    name="wait_for_reports",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"PERFORM pg_advisory_xact_lock_shared({LEDGER_LOCK}); RETURN NULL;",
)

ONLY_BY_TRIGGERS = pgtrigger.Trigger(
    name="only_by_triggers",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'pgtrigger: % is kept by the database itself', TG_TABLE_NAME
                USING ERRCODE = 'check_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """,
)

_CELLS = """
    SELECT program_id, federal_award_id, allocation_id, subaward_id, project_id, kind, is_advance, category,
           date_trunc('month', incurred_on)::date AS month, sum(amount) AS amount, count(*) AS lines
    FROM new_lines
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""


def _net(*terms: str) -> str:
    """The sum of a cell's amounts over kinds; a kind with a minus counts against."""
    cases = " ".join(
        f"WHEN '{term.removeprefix('-')}' THEN {'-' if term.startswith('-') else ''}amount" for term in terms
    )
    return f"sum(CASE kind {cases} ELSE 0 END)"


_OBLIGATED = _net("obligation", "-deobligation")
_EXPENDED = _net("expenditure")
_PAID = _net("payment", "-refund")

KEEP_STANDINGS = pgtrigger.Trigger(
    name="keep_standings",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="new_lines"),
    declare=[("stray", "record")],
    func=f"""
        IF EXISTS (
            SELECT 1 FROM (SELECT DISTINCT posting_id, program_id, posted_at FROM new_lines) AS line
            LEFT JOIN grants_posting AS posting
                ON posting.id = line.posting_id AND posting.posted_at = line.posted_at
                AND posting.program_id = line.program_id AND posting.posted_at >= transaction_timestamp()
            WHERE posting.id IS NULL
        ) THEN
            RAISE EXCEPTION 'A line belongs to a posting of its own program and moment'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entry_belongs_to_its_posting';
        END IF;

        IF EXISTS (
            SELECT 1 FROM new_lines AS line
            LEFT JOIN grants_entry AS other ON other.id = line.reverses_id
            WHERE line.reverses_id IS NOT NULL AND (
                other.id IS NULL OR other.reverses_id IS NOT NULL
                OR ROW(other.kind, -other.amount, other.incurred_on, other.program_id,
                       other.federal_award_id, other.allocation_id, other.subaward_id, other.project_id,
                       other.category, other.is_advance)
                   IS DISTINCT FROM
                   ROW(line.kind, line.amount, line.incurred_on, line.program_id, line.federal_award_id,
                       line.allocation_id, line.subaward_id, line.project_id, line.category, line.is_advance)
            )
        ) THEN
            RAISE EXCEPTION 'A reversal mirrors the line it reverses'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_reversal_mirrors';
        END IF;

        PERFORM 1 FROM grants_subawardstanding AS standing
        WHERE standing.subaward_id IN (SELECT DISTINCT subaward_id FROM new_lines)
        ORDER BY standing.subaward_id FOR UPDATE;
        PERFORM 1 FROM grants_allocationstanding AS standing
        WHERE standing.allocation_id IN (
            SELECT DISTINCT allocation_id FROM new_lines
            WHERE subaward_id IS NULL OR kind IN ('obligation', 'deobligation')
        )
        ORDER BY standing.allocation_id FOR UPDATE;
        PERFORM 1 FROM grants_awardstanding AS standing
        JOIN (
            SELECT DISTINCT program_id, federal_award_id FROM new_lines
            WHERE kind IN ('obligation', 'deobligation')
        ) AS line ON line.program_id = standing.program_id
            AND line.federal_award_id IS NOT DISTINCT FROM standing.federal_award_id
        ORDER BY standing.id FOR UPDATE OF standing;

        WITH cells AS MATERIALIZED ({_CELLS})
        SELECT cell.* INTO stray FROM cells AS cell
        LEFT JOIN grants_program AS program ON program.id = cell.program_id
        LEFT JOIN grants_allocation AS allocation ON allocation.id = cell.allocation_id
        LEFT JOIN grants_subaward AS subaward ON subaward.id = cell.subaward_id
        LEFT JOIN grants_project AS project ON project.id = cell.project_id
        WHERE program.id IS NULL
           OR (cell.allocation_id IS NOT NULL AND allocation.program_id IS DISTINCT FROM cell.program_id)
           OR (cell.subaward_id IS NOT NULL AND (
                subaward.allocation_id IS DISTINCT FROM cell.allocation_id
                OR subaward.stage <> 'issued'
                OR NOT EXISTS (
                    SELECT 1 FROM grants_fundingsplit AS split WHERE split.subaward_id = cell.subaward_id
                    AND split.federal_award_id IS NOT DISTINCT FROM cell.federal_award_id)))
           OR NOT EXISTS (
                SELECT 1 FROM grants_awardstanding AS standing WHERE standing.program_id = cell.program_id
                AND standing.federal_award_id IS NOT DISTINCT FROM cell.federal_award_id)
           OR (cell.project_id IS NOT NULL AND (
                project.allocation_id IS DISTINCT FROM cell.allocation_id
                OR project.subaward_id IS DISTINCT FROM cell.subaward_id))
           OR (program.stage <> 'open' AND (
                (cell.kind = 'obligation' AND cell.amount > 0)
                OR (cell.kind = 'deobligation' AND cell.amount < 0)))
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'A line of %, % does not agree with its records', stray.kind, stray.month
                USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_agrees_with_its_records';
        END IF;

        WITH cells AS MATERIALIZED ({_CELLS}),
        kept AS (
            INSERT INTO grants_balance AS balance
                (program_id, federal_award_id, allocation_id, subaward_id, project_id, kind, is_advance,
                 category, month, amount, lines)
            SELECT * FROM cells ORDER BY 1, 4, 3, 9, 6, 8, 5, 2, 7
            ON CONFLICT ON CONSTRAINT balance_cell DO UPDATE
                SET amount = balance.amount + EXCLUDED.amount, lines = balance.lines + EXCLUDED.lines
        ),
        of_subawards AS (
            UPDATE grants_subawardstanding AS standing SET
                obligated = standing.obligated + more.obligated,
                expended = standing.expended + more.expended,
                cost_shared = standing.cost_shared + more.cost_shared,
                earned = standing.earned + more.earned,
                paid = standing.paid + more.paid,
                advanced = standing.advanced + more.advanced
            FROM (
                SELECT subaward_id, {_OBLIGATED} AS obligated, {_EXPENDED} AS expended,
                       {_net("cost_share")} AS cost_shared, {_net("program_income")} AS earned,
                       {_PAID} AS paid, coalesce({_PAID} FILTER (WHERE is_advance), 0) AS advanced
                FROM cells WHERE subaward_id IS NOT NULL GROUP BY subaward_id
            ) AS more
            WHERE standing.subaward_id = more.subaward_id
        ),
        of_awards AS (
            UPDATE grants_awardstanding AS standing SET obligated = standing.obligated + more.obligated
            FROM (
                SELECT program_id, federal_award_id, {_OBLIGATED} AS obligated
                FROM cells WHERE kind IN ('obligation', 'deobligation') GROUP BY program_id, federal_award_id
            ) AS more
            WHERE standing.program_id = more.program_id
              AND standing.federal_award_id IS NOT DISTINCT FROM more.federal_award_id
        )
        UPDATE grants_allocationstanding AS standing SET
            subawarded = standing.subawarded + more.subawarded,
            obligated = standing.obligated + more.obligated,
            spent = standing.spent + more.spent,
            paid = standing.paid + more.paid
        FROM (
            SELECT allocation_id,
                   coalesce({_OBLIGATED} FILTER (WHERE subaward_id IS NOT NULL), 0) AS subawarded,
                   coalesce({_OBLIGATED} FILTER (WHERE subaward_id IS NULL), 0) AS obligated,
                   coalesce({_EXPENDED} FILTER (WHERE subaward_id IS NULL), 0) AS spent,
                   coalesce({_PAID} FILTER (WHERE subaward_id IS NULL), 0) AS paid
            FROM cells
            WHERE allocation_id IS NOT NULL
              AND (subaward_id IS NULL OR kind IN ('obligation', 'deobligation'))
            GROUP BY allocation_id
        ) AS more
        WHERE standing.allocation_id = more.allocation_id;

        IF EXISTS (
            SELECT 1 FROM grants_balance AS balance
            WHERE balance.subaward_id IN (SELECT DISTINCT subaward_id FROM new_lines)
            GROUP BY balance.subaward_id, balance.federal_award_id
            HAVING {_EXPENDED} > {_OBLIGATED}
        ) THEN
            RAISE EXCEPTION 'More would be spent of one federal award than it pays of the subaward'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'spent_within_split';
        END IF;
        RETURN NULL;
    """,
)

POSTED_NOW = pgtrigger.Trigger(
    name="posted_now",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NEW.posted_at NOT BETWEEN transaction_timestamp() AND clock_timestamp() THEN
            RAISE EXCEPTION 'pgtrigger: What is posted carries the moment at which it is posted'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


def amount_is_obligated(name: str, operation: pgtrigger.Operation, subaward: str) -> pgtrigger.Trigger:
    """Refuses a commit that leaves an issued subaward whose amount, obligations and splits differ.

    ``subaward`` is the expression of its key in the row that changed.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM grants_subaward AS subaward
                JOIN grants_subawardstanding AS standing ON standing.subaward_id = subaward.id
                WHERE subaward.id = {subaward} AND subaward.stage IN ('issued', 'closed') AND (
                    subaward.amount <> standing.obligated
                    OR subaward.amount <> (
                        SELECT coalesce(sum(split.amount), 0) FROM grants_fundingsplit AS split
                        WHERE split.subaward_id = subaward.id)
                )
            ) THEN
                RAISE EXCEPTION 'The amount, the obligations and the splits of a subaward differ'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'subaward_amount_is_obligated';
            END IF;
            RETURN NULL;
        """,
    )
