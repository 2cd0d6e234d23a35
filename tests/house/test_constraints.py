"""What the database refuses it refuses with a code and a sentence."""

from django.db import models

from tests.house.test_house import records


def test_every_constraint_has_a_code_and_a_sentence() -> None:
    for record in records():
        for constraint in record._meta.constraints:  # type: ignore[attr-defined]
            said = str(constraint.violation_error_message)
            assert constraint.violation_error_code, constraint.name
            assert said != str(models.BaseConstraint.default_violation_error_message), constraint.name
            assert said.endswith("."), constraint.name
