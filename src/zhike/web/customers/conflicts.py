"""Two people changed the same file: what the other one put there, at the field that both touched."""

from __future__ import annotations

from datetime import datetime

from django.forms import ModelForm
from django.utils.translation import gettext as _

from zhike.domain.customers.models import Customer
from zhike.domain.customers.queries import changed_since
from zhike.kernel.sensitivity import Sight
from zhike.web.customers.stories import told_value


def show_theirs(form: ModelForm[Customer], theirs: Customer, sight: Sight, *, since: datetime) -> None:
    """Say at each field what the file holds by now, where somebody changed it since and the form says otherwise."""
    shown = sight.show(theirs)
    for name in changed_since(theirs, since) & set(form.changed_data):
        value = getattr(shown, name)
        known = Customer._meta.get_field(name)
        told = getattr(value, "name", None) or told_value(known, name, value, {}) or _("nothing")
        sentence = _("The file says “%(theirs)s” by now. What you see here is yours: saving again puts it there.")
        form.add_error(name, sentence % {"theirs": told})
