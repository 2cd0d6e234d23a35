"""Signing in: by e-mail address and password. What a person may do then follows from her memberships."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.db import models

from grants.kernel.scope import grants
from grants.parties.models import User


class MembershipBackend(BaseBackend):
    """People by address and password; permissions by membership alone, so that nobody stands above them."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **given: Any
    ) -> User | None:
        """The active person with this address and password. Sample people only in the demonstration."""
        email = username or given.get(User.USERNAME_FIELD)
        if not email or password is None:
            return None
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            User().set_password(password)  # takes as long as for a person who exists
            return None
        return person if person.check_password(password) and _is_welcome(person) else None

    def get_user(self, user_id: int) -> User | None:
        """The active person with this key."""
        person = User.objects.filter(pk=user_id).first()
        return person if person and _is_welcome(person) else None

    def has_perm(self, person: Any, permission: str, record: models.Model | None = None) -> bool:
        """Whether a membership gives the permission."""
        return grants(person, permission, record)


def _is_welcome(person: User) -> bool:
    """Whether a person may sign in here at all."""
    return person.is_active and (settings.IS_DEMO or not person.is_sample)
