"""Parties: the agencies and local governments that money moves between, and the people who act for them."""

from collections.abc import Collection
from datetime import date
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone

from grants.kernel.refusals import Refusal
from grants.kernel.roles import AT_THE_DESK, Role
from grants.kernel.scope import ScopedQuerySet, grants
from grants.kernel.trail import tracked


class PartyKind(models.TextChoices):
    """What a party is."""

    FEDERAL_AGENCY = "federal_agency", "Federal agency"
    STATE = "state", "State"
    STATE_AGENCY = "state_agency", "State agency"
    COUNTY = "county", "County"
    MUNICIPALITY = "municipality", "Municipality"
    TOWNSHIP = "township", "Township"
    TRIBE = "tribe", "Tribe"
    DISTRICT = "district", "Special district"
    PROVIDER = "provider", "Internet service provider"
    NONPROFIT = "nonprofit", "Nonprofit organization"
    OTHER = "other", "Other organization"


LOCAL_GOVERNMENTS = frozenset({PartyKind.COUNTY, PartyKind.MUNICIPALITY, PartyKind.TOWNSHIP})
"""General-purpose local governments."""


@tracked()
class Party(models.Model):
    """An organization. Its role belongs to each transaction: one city may receive, pass on and sell."""

    code = models.CharField(max_length=60, unique=True, help_text="The key in this system; never the name.")
    kind = models.CharField(max_length=20, choices=PartyKind)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kept_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="register",
        help_text="The party whose staff keep this record.",
    )
    uei = models.CharField(
        "UEI",
        max_length=12,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-HJ-NP-Z1-9][A-HJ-NP-Z0-9]{11}$",
                "A UEI has 12 characters, no I or O, and does not begin with 0.",
            )
        ],
    )
    uei_name = models.CharField("name registered with the UEI", max_length=200, blank=True)
    ein = models.CharField("EIN", max_length=10, blank=True)
    county_fips = models.CharField("county FIPS code", max_length=5, blank=True)
    county_name = models.CharField("county", max_length=60, blank=True)
    place_fips = models.CharField("place FIPS code", max_length=5, blank=True)
    rural_urban_code = models.PositiveSmallIntegerField("rural-urban continuum code", null=True, blank=True)
    fiscal_year_begins = models.PositiveSmallIntegerField("month in which its fiscal year begins", default=1)
    sam_expires_on = models.DateField("SAM registration expires on", null=True, blank=True)
    congressional_district = models.CharField(max_length=6, blank=True)
    address = models.TextField(blank=True)
    is_sample = models.BooleanField("sample, not real", default=False)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": ("kept_by", "pk"), "subrecipient": "pk", "shown_to": "kept_by__children"}

    class Meta:
        verbose_name_plural = "parties"
        indexes = [models.Index(fields=["kind", "county_fips"], name="party_kind_and_county")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fiscal_year_begins__range=(1, 12)),
                name="party_fiscal_year_month",
                violation_error_code="month-unknown",
                violation_error_message="A fiscal year begins in one of the months 1 to 12.",
            ),
            models.UniqueConstraint(
                fields=["uei"],
                condition=~models.Q(uei=""),
                name="party_uei_once",
                violation_error_code="uei-known",
                violation_error_message="A party with this UEI is in the register already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def refuse_unless_kept(self, keys: Collection[int]) -> None:
        """Refuse ``not-kept-here`` unless this party is, or keeps, each party with one of these keys."""
        others = Party.objects.filter(pk__in=keys).exclude(pk=self.pk).exclude(kept_by=self)
        if foreign := others.first():
            raise Refusal(f"{self} does not keep the record of “{foreign.code}”.", code="not-kept-here")


@tracked()
class Population(models.Model):
    """How many people live in the area of a party, as one source counted or estimated them."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="populations")
    year = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    source = models.CharField(max_length=200)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "party__kept_by", "subrecipient": "party", "shown_to": "party__kept_by__children"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "year", "source"],
                name="population_once_a_year_and_source",
                violation_error_code="known-already",
                violation_error_message="The population of this year is known from this source already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}, {self.year}: {self.count:,}"


@tracked()
class Budget(models.Model):
    """The whole annual budget of a party, in dollars; for NEUs the one in effect on January 27, 2020."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="budgets")
    fiscal_year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    source = models.CharField(max_length=200)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "party__kept_by", "subrecipient": "party", "shown_to": "party__kept_by__children"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "fiscal_year"],
                name="budget_once_a_year",
                violation_error_code="known-already",
                violation_error_message="The budget of this fiscal year is known already.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="budget_not_negative",
                violation_error_code="negative",
                violation_error_message="A budget cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}, fiscal year {self.fiscal_year}"


class ContactKind(models.TextChoices):
    """What to call a person of a party for."""

    LIAISON = "liaison", "Liaison"
    FINANCE = "finance", "Finance"
    CERTIFIER = "certifier", "Certifying official"
    AWARDING = "awarding", "Awarding official"


@tracked()
class Contact(models.Model):
    """A person of a party to write to or call."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=ContactKind)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": ("party__kept_by", "party"),
        "subrecipient": "party",
        "shown_to": "party__kept_by__children",
    }

    def __str__(self) -> str:
        return f"{self.name} ({self.get_kind_display().lower()})"


class UserManager(BaseUserManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """People by their e-mail address."""

    def get_by_natural_key(self, email: str) -> "User":
        """The person with this address, upper or lower case."""
        return self.get(email__iexact=email)


@tracked(but_not=("password", "last_login"))
class User(AbstractBaseUser):
    """A person who signs in. What she may do follows from her memberships alone; nobody is a superuser."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(
        "sample, not real",
        default=False,
        help_text="A made-up person of the demonstration; refused elsewhere.",
    )
    joined_at = models.DateTimeField(db_default=Now())

    objects = UserManager()
    reached_by = {"agency": "memberships__party"}

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_code="email-known",
                violation_error_message="Someone with this e-mail address is known already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether she may sign in to the desk."""
        return self.memberships.current().filter(role__in=AT_THE_DESK).exists()

    def has_perm(self, permission: str, record: models.Model | None = None) -> bool:
        """Whether a membership grants the permission, on this record or on any."""
        return grants(self, permission, record)

    def has_module_perms(self, label: str) -> bool:
        """Whether the desk shows her an application at all."""
        return self.is_staff


class MembershipQuerySet(ScopedQuerySet):
    """Memberships that know on which days they hold."""

    def current(self, on: date | None = None) -> Self:
        """Those that hold on a day; today by default."""
        day = on or timezone.localdate()
        return self.filter(starts_on__lte=day).filter(models.Q(ends_on=None) | models.Q(ends_on__gte=day))


@tracked()
class Membership(models.Model):
    """A person acts for a party in a role, from a day to a day. An auditor's membership is her scope."""

    person = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    party = models.ForeignKey(Party, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    reached_by = {"agency": ("party", "party__kept_by"), "subrecipient": "party"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_it_starts",
                violation_error_code="ends-before-start",
                violation_error_message="A membership cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="membership_role_known",
                violation_error_code="role-unknown",
                violation_error_message="This is not a role.",
            ),
            models.UniqueConstraint(
                fields=["person", "party", "role", "starts_on"],
                name="membership_once",
                violation_error_code="membership-exists",
                violation_error_message="This person already has this role there from that day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {Role(self.role).label.lower()} of {self.party}"
