"""Submissions: files made for a federal portal, frozen as they are filed."""

from django.conf import settings
from django.db import models

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.trail import append_only, tracked


@tracked(but_not=("objections", "figures"))
class Submission(models.Model):
    """The files of one federal report of a program and period, and what the portal would refuse of them.

    ``sha256`` is that of its list of files: a line ``SHA-256  name`` for each, as ``sha256sum`` checks them.
    It never changes; a report made again is another one.
    """

    number = models.CharField(max_length=40, unique=True)
    export = models.CharField(max_length=60, help_text="Code of the federal report.")
    edition = models.CharField("edition of the templates", max_length=40)
    title = models.CharField(max_length=200)
    program = models.ForeignKey("grants.Program", models.PROTECT, related_name="submissions")
    period = models.CharField(max_length=20, help_text="2022-Q2, 2025-H1: the year and the part of it.")
    starts_on = models.DateField("period starts on")
    through = models.DateField(help_text="The last day of the period.")
    as_known_at = models.DateTimeField(help_text="Money posted up to this moment.")
    objections = models.JSONField(help_text="What the portal would refuse, and what causes it.")
    errors = models.PositiveIntegerField()
    warnings = models.PositiveIntegerField()
    figures = models.JSONField(help_text="Rows and sums of each file.")
    sha256 = models.CharField("SHA-256 of the list of files", max_length=64, db_index=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency"}

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.number


class SubmissionFile(models.Model):
    """One file of a submission: its bytes as the portal takes them. It never changes."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="files")
    place = models.PositiveSmallIntegerField(help_text="In which order the portal takes the files.")
    name = models.CharField(max_length=120)
    template = models.CharField(max_length=120)
    version = models.CharField("version of the template", max_length=40)
    rows = models.PositiveIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "submission__program__agency"}
    is_sealed = True

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "name"],
                name="submission_file_once",
                violation_error_code="file-twice",
                violation_error_message="A submission has one file of each name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
