"""A forgotten password: a link by mail, where somebody of that address works here and mail can be sent."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import User
from zhike.domain.accounts.queries import company_name
from zhike.domain.identity.queries import password_link
from zhike.kernel import trail


def send_password_link(*, email: str, address: str, now: datetime) -> bool:
    """Send the link to the active person with that e-mail address; tells whether there is one.

    `address` is the address of this installation, such as `https://crm.example.com/`.
    """
    person = User.objects.filter(email=rules.tidy_email(email), is_active=True).first()
    if person is None:
        return False
    link = urljoin(address, password_link(person))
    with override(person.language):
        subject = _("Your new password for %(company)s") % {"company": company_name()}
        text = _(
            "Hello %(name)s,\n\nchoose a new password here:\n%(link)s\n\nThe link works once and for three days. If "
            "you did not ask for it, leave it: your password stays as it is."
        )
        send_mail(subject, text % {"name": person.name, "link": link}, None, [person.email])
    trail.record(verb="send_password_link", kind="person", object_id=person.pk, actor=None, now=now)
    return True
