"""The service standards in force, as the company's tier service table."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhike.domain.commitments.models import ServiceStandard
from zhike.kernel.errors import NotFound


def standards_in_force() -> QuerySet[ServiceStandard]:
    """Every standard that the company works by, in the order in which they came."""
    return ServiceStandard.objects.filter(retired_at__isnull=True).select_related("scheme").order_by("pk")


def standard_in_force(key: str) -> ServiceStandard:
    """One standard; raises NotFound."""
    found = standards_in_force().filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no service standard “%(key)s”.") % {"key": key})
    return found


def versions_of_standard(key: str) -> QuerySet[ServiceStandard]:
    """Every version of a standard, the newest first."""
    return ServiceStandard.objects.filter(key=key).order_by("-version")
