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
