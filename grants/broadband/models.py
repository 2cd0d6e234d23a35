"""Places that lack service, and where subawards build it."""

from django.db import models
from django.db.models import F

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.trail import tracked


@tracked()
class TractNeed(models.Model):
    """Broadband serviceable locations of one census tract by kind of service, at one date of the data."""

    geoid = models.CharField("census tract", max_length=11)
    county = models.ForeignKey("grants.Party", models.PROTECT, related_name="tract_needs")
    as_of = models.DateField()
    locations = models.PositiveIntegerField()
    unserved = models.PositiveIntegerField()
    underserved = models.PositiveIntegerField()
    served = models.PositiveIntegerField()
    source = models.CharField(max_length=200)

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "county__kept_by",
        "subrecipient": "county",
        "shown_to": "county__kept_by__children",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["geoid", "as_of"],
                name="tract_need_once_a_date",
                violation_error_code="known-already",
                violation_error_message="The need of this tract is known at this date already.",
            ),
            models.CheckConstraint(
                condition=models.Q(locations=F("unserved") + F("underserved") + F("served")),
                name="tract_need_adds_up",
                violation_error_code="does-not-add-up",
                violation_error_message="Unserved, underserved and served locations are all of a tract.",
            ),
        ]

    def __str__(self) -> str:
        return f"Tract {self.geoid}"


@tracked()
class ServiceArea(models.Model):
    """Where a subaward brings service: counties, households, and the least speed."""

    subaward = models.OneToOneField("grants.Subaward", models.CASCADE, related_name="service_area")
    counties = models.ManyToManyField("grants.Party", related_name="service_areas")
    households = models.PositiveIntegerField()
    download_mbps = models.PositiveIntegerField()
    upload_mbps = models.PositiveIntegerField()

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "subaward__program__agency",
        "subrecipient": ("subaward__subrecipient", "counties"),
    }

    def __str__(self) -> str:
        return f"Service area of {self.subaward}"
