"""What the database itself does about funding and allocation rounds.

Standings (``grants.ledger.models``) are kept here by triggers, so that "allocated within funded" holds
whoever writes, by whatever way.
"""

import pgtrigger

_NEW_LINES = pgtrigger.Referencing(new="new_lines")

STAND_A_PROGRAM = pgtrigger.Trigger(
    name="stand",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        INSERT INTO grants_programstanding (program_id, funded, allocated) VALUES (NEW.id, 0, 0);
        RETURN NULL;
    """,
)

STAND_AN_ALLOCATION = pgtrigger.Trigger(
    name="stand",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        INSERT INTO grants_allocationstanding (allocation_id, allocated, subawarded, obligated, spent, paid)
        VALUES (NEW.id, 0, 0, 0, 0, 0);
        RETURN NULL;
    """,
)

COUNT_FUNDING = pgtrigger.Trigger(
    name="count_funding",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=_NEW_LINES,
    func="""
        UPDATE grants_programstanding AS standing SET funded = standing.funded + more.amount
        FROM (SELECT program_id, sum(amount) AS amount FROM new_lines GROUP BY program_id) AS more
        WHERE standing.program_id = more.program_id;

        INSERT INTO grants_awardstanding (program_id, federal_award_id, funded, obligated)
        SELECT DISTINCT program_id, federal_award_id, 0, 0 FROM new_lines
        ON CONFLICT ON CONSTRAINT award_standing_once DO NOTHING;
        UPDATE grants_awardstanding AS standing SET funded = standing.funded + more.amount
        FROM (
            SELECT program_id, federal_award_id, sum(amount) AS amount FROM new_lines GROUP BY 1, 2
        ) AS more
        WHERE standing.program_id = more.program_id
          AND standing.federal_award_id IS NOT DISTINCT FROM more.federal_award_id;
        RETURN NULL;
    """,
)

FREEZE_A_ROUND = pgtrigger.Trigger(
    name="freeze_round",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF OLD.stage = 'draft' AND TG_OP = 'UPDATE' AND OLD.program_id = NEW.program_id THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE'
           OR ROW(OLD.program_id, OLD.method, OLD."on", OLD.inputs, OLD.returned, OLD.supersedes_id, OLD.code)
              IS DISTINCT FROM
              ROW(NEW.program_id, NEW.method, NEW."on", NEW.inputs, NEW.returned, NEW.supersedes_id, NEW.code)
           OR (OLD.stage <> 'draft' AND OLD.proposed_by_id IS DISTINCT FROM NEW.proposed_by_id)
           OR (OLD.stage <> 'proposed'
               AND ROW(OLD.approved_by_id, OLD.approved_at)
                   IS DISTINCT FROM ROW(NEW.approved_by_id, NEW.approved_at))
           OR (OLD.approved_at IS NULL
               AND NEW.approved_at NOT BETWEEN transaction_timestamp() AND clock_timestamp())
        THEN
            RAISE EXCEPTION 'pgtrigger: Round % keeps its inputs once it is proposed', OLD.code
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

KEEP_SHARES_OF_A_ROUND = pgtrigger.Trigger(
    name="keep_shares",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=_NEW_LINES,
    func="""
        IF EXISTS (
            SELECT 1 FROM new_lines AS share
            JOIN grants_allocationround AS round ON round.id = share.round_id
            JOIN grants_allocation AS allocation ON allocation.id = share.allocation_id
            WHERE round.stage <> 'draft' OR round.program_id <> allocation.program_id
        ) THEN
            RAISE EXCEPTION 'pgtrigger: Shares belong to a round in draft and to its own program'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)

KEEP_TRANCHES_OF_A_SHARE = pgtrigger.Trigger(
    name="keep_tranches",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=_NEW_LINES,
    func="""
        IF EXISTS (
            SELECT 1 FROM grants_tranche AS tranche
            JOIN grants_share AS share ON share.id = tranche.share_id
            JOIN grants_allocationround AS round ON round.id = share.round_id
            WHERE share.id IN (SELECT share_id FROM new_lines)
            GROUP BY share.id, share.amount, round.stage
            HAVING round.stage <> 'draft' OR sum(tranche.amount) > share.amount
        ) THEN
            RAISE EXCEPTION 'pgtrigger: Tranches belong to a round in draft and are within their share'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)

ALLOCATE_WHAT_IS_APPROVED = pgtrigger.Trigger(
    name="allocate_approved",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("stage"),
    func="""
        IF NEW.stage = OLD.stage THEN RETURN NULL; END IF;
        IF NEW.stage = 'superseded' AND NOT EXISTS (
            SELECT 1 FROM grants_allocationround AS next
            WHERE next.supersedes_id = NEW.id AND next.stage = 'approved'
        ) THEN
            RAISE EXCEPTION 'pgtrigger: Round % is superseded only by the next one', NEW.code
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.stage <> 'approved' THEN RETURN NULL; END IF;
        IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM grants_allocationround AS before
            WHERE before.id = NEW.supersedes_id AND before.program_id = NEW.program_id
              AND before."on" <= NEW."on"
        ) THEN
            RAISE EXCEPTION 'pgtrigger: Round % supersedes a later round or one of another program', NEW.code
                USING ERRCODE = 'check_violation';
        END IF;

        PERFORM 1 FROM grants_allocationstanding AS standing
        WHERE standing.allocation_id IN (
            SELECT allocation_id FROM grants_share WHERE round_id IN (NEW.id, NEW.supersedes_id)
        ) ORDER BY standing.allocation_id FOR UPDATE;

        UPDATE grants_allocationstanding AS standing SET allocated = standing.allocated + change.amount
        FROM (
            SELECT allocation_id, sum(CASE WHEN round_id = NEW.id THEN amount ELSE -amount END) AS amount
            FROM grants_share WHERE round_id IN (NEW.id, NEW.supersedes_id) GROUP BY allocation_id
        ) AS change
        WHERE standing.allocation_id = change.allocation_id AND change.amount <> 0;

        UPDATE grants_programstanding SET allocated = allocated + (
            SELECT coalesce(sum(CASE WHEN round_id = NEW.id THEN amount ELSE -amount END), 0)
            FROM grants_share WHERE round_id IN (NEW.id, NEW.supersedes_id)
        ) WHERE program_id = NEW.program_id;

        UPDATE grants_allocationround SET stage = 'superseded' WHERE id = NEW.supersedes_id;
        RETURN NULL;
    """,
)
