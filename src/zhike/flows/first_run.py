"""The first run: the company, its first administrator, and the playbook it starts with, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from zhike.domain.accounts.models import User
from zhike.domain.accounts.services import found_company, spend_setup_code
from zhike.domain.identity.services import remember_password
from zhike.flows.playbooks import Playbook, adopt
from zhike.kernel.errors import Refused

LONGEST_NAME, LONGEST_EMAIL = 120, 254


@transaction.atomic
def set_up(
    *, company: str, email: str, name: str, password: str, playbook: Playbook, now: datetime, code: str = ""
) -> User:
    """Found the company and adopt the playbook; returns the administrator. `code` is the one-time code of the browser.

    Raises NotFound for a dead code, Conflict where a company is there already, Refused for a name, address or password
    that will not do.
    """
    if code:
        spend_setup_code(code=code, now=now)
    try:
        validate_email(email.strip())
    except ValidationError as error:
        sentence = _("“%(email)s” is not an e-mail address.")
        raise Refused(sentence % {"email": email}, field="email") from error
    if len(email.strip()) > LONGEST_EMAIL:
        sentence = _("An e-mail address is at most %(limit)s characters long.")
        raise Refused(sentence % {"limit": LONGEST_EMAIL}, field="email")
    if not company.strip():
        raise Refused(_("The company needs a name."), field="company")
    if len(company.strip()) > LONGEST_NAME:
        sentence = _("A company's name is at most %(limit)s characters long.")
        raise Refused(sentence % {"limit": LONGEST_NAME}, field="company")
    administrator = found_company(name=company, administrator=name, email=email, password=password, now=now)
    remember_password(person=administrator, now=now)
    adopt(playbook, now=now, actor=administrator)
    return administrator
