"""What the database itself does about subawards."""

import pgtrigger

STAND_A_SUBAWARD = pgtrigger.Trigger(
    name="stand",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        INSERT INTO grants_subawardstanding
            (subaward_id, obligated, expended, cost_shared, earned, paid, advanced)
        VALUES (NEW.id, 0, 0, 0, 0, 0, 0);
        RETURN NULL;
    """,
)

FREEZE_AN_ISSUED_SUBAWARD = pgtrigger.Trigger(
    name="freeze_issued",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF OLD.stage IN ('draft', 'withdrawn') THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE'
           OR ROW(OLD.number, OLD.program_id, OLD.allocation_id, OLD.subrecipient_id, OLD.drafted_by_id,
                  OLD.issued_by_id, OLD.issued_on)
              IS DISTINCT FROM
              ROW(NEW.number, NEW.program_id, NEW.allocation_id, NEW.subrecipient_id, NEW.drafted_by_id,
                  NEW.issued_by_id, NEW.issued_on)
        THEN
            RAISE EXCEPTION 'pgtrigger: Subaward % is issued and keeps its program and parties', OLD.number
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)
