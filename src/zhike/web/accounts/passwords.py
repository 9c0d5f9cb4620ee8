"""What a password must be beyond Django's own rules, or in better words than Django's."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LengthValidator(MinimumLengthValidator):
    """Django's rule of the shortest length, in a sentence that is translated."""

    def get_error_message(self) -> str:
        """The sentence for a password that is too short."""
        return _("The password is too short: at least %(least)s characters.") % {"least": self.min_length}

    def get_help_text(self) -> str:
        """What to know before typing."""
        return _("At least %(least)s characters; a few unrelated words are best.") % {"least": self.min_length}
