"""What a password must be, by the company's policy; Django asks these wherever one is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries as accounts
from zhike.domain.accounts.models import User
from zhike.domain.identity import queries
from zhike.domain.identity.models import Policy
from zhike.domain.identity.rules import passwords
from zhike.kernel import search_text
from zhike.kernel.errors import Fault


class PolicyValidator:
    """Length, what is tried first, and under graded protection kinds of characters and former passwords."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with every reason against the password."""
        is_graded = queries.policy().profile == Policy.Profile.GRADED
        found = list(passwords.faults(password, about=_about(user), is_graded=is_graded))
        if is_graded and not found and user is not None and user.pk and _was_used(password, user):
            found.append(passwords.used_before())
        if found:
            raise ValidationError([ValidationError(_sentence(fault)) for fault in found])

    def get_help_text(self) -> str:
        """What to know before typing."""
        return _("At least %(least)s characters; a few unrelated words are best.") % {"least": passwords.SHORTEST}


def _sentence(fault: Fault) -> str:
    return fault.sentence(_)


def _about(user: User | None) -> Iterator[str]:
    """The words that belong to a person and the company, as written, in pinyin and in initials."""
    names = [accounts.company_name(), *([user.name] if user else [])]
    for name in names:
        yield name
        yield from search_text.readings(name)
    if user is not None:
        yield from user.email.partition("@")[::2]


def _was_used(password: str, user: User) -> bool:
    return any(check_password(password, former) for former in (user.password, *queries.former_passwords(user)))
