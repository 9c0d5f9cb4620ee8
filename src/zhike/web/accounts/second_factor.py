"""How allauth's second factors are bent to this product: sealed secrets, our clock, attempts counted with others."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.domain.accounts import queries as accounts
from zhike.domain.accounts.models import User
from zhike.domain.identity import queries, rules, services
from zhike.domain.identity.models import Policy
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.accounts.places import address_of


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed in the database; who must have a second factor cannot turn it off."""

    def get_totp_issuer(self) -> str:
        return _("Zhike") + (f" · {name}" if (name := accounts.company_name()) else "")

    def encrypt(self, text: str) -> str:
        return services.seal(text, place=services.SECOND_FACTORS)

    def decrypt(self, encrypted_text: str) -> str:
        return services.unseal(encrypted_text, place=services.SECOND_FACTORS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        rule: Policy = queries.policy()
        return not queries.needs_second_factor(authenticator.user, rule)


class _CodeField(forms.CharField):
    """A code of six digits from the app, or a recovery code."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Code"),
            max_length=20,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "one-time-code",
                    "inputmode": "numeric",
                    "autofocus": True,
                    "spellcheck": "false",
                }
            ),
        )


class _JudgedCode:
    """Judges a code by our clock, once, with the attempts counted."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        account, address = queries.second_factor_account(self.user), address_of(context.request)
        now = clock.now()
        try:
            services.take_attempt(account=account, address=address, now=now)
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal
        found = services.spend_code(person=self.user, code=code, now=now)
        if found is None:
            services.record_failure(account=self.user.email, address=address, now=now)
            raise ValidationError(_("This code is not right, or was used already: wait for the next one."))
        services.forgive_attempt(account=account, address=address, now=now)
        self.authenticator = found
        return code


class AuthenticateForm(_JudgedCode, base.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _CodeField()


class ReauthenticateForm(_JudgedCode, base.ReauthenticateForm):  # type: ignore[misc]
    """Saying once more who one is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _CodeField()


class ActivationForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """Proves that the app shows the right codes before it is asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _CodeField()
        self.fields["code"].label = _("The six digits that your app shows now")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if rules.matching_step(self.secret, code, now=clock.now()) is None:
            raise ValidationError(_("This is not the code that the app should show: check the clock of your phone."))
        return code
