"""The pages before anybody is signed in, as far as they differ from allauth's, and the enrolment of a second factor."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhike.domain.identity import queries, services
from zhike.kernel import clock, requests
from zhike.kernel.errors import Refused
from zhike.web.accounts.forms import ResetForm
from zhike.web.accounts.middleware import ENDED
from zhike.web.accounts.places import address_of
from zhike.web.http import posted, refused

RESETS = "password reset"


class LoginView(account.LoginView):  # type: ignore[misc]
    """E-mail and password, and the company account where there is one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        provider = queries.provider()
        return {
            **super().get_context_data(**kwargs),
            "provider_name": provider.name if provider and provider.is_on else "",
            "has_mail": settings.ZHIKE_MAIL,
            "has_ended": ENDED in self.request.GET,
        }


class EnrolmentView(totp.ActivateTOTPView):  # type: ignore[misc]
    """The key for the app on the phone."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        needs = queries.needs_second_factor(self.request.user, queries.policy())
        return {**super().get_context_data(**kwargs), "must_have_second_factor": needs}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.record_second_factor(person=self.request.user, is_on=True, now=clock.now())
        return response


class WithdrawalView(totp.DeactivateTOTPView):  # type: ignore[misc]
    """No second factor any more, for those who need not have one."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.record_second_factor(person=self.request.user, is_on=False, now=clock.now())
        return response


@login_not_required
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail. The answer, and how long it takes, tell nothing about who works here."""
    if not settings.ZHIKE_MAIL:
        return redirect("account_login")
    form, now, is_sent = ResetForm(posted(request)), clock.now(), False
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            services.take_attempt(account=f"{email.lower()} {RESETS}", address=address_of(request), now=now)
        except Refused as refusal:
            refused(form, refusal)
        else:
            arguments = {"email": email, "address": request.build_absolute_uri("/")}
            requests.ask("password_mail", arguments=arguments, actor=None, now=now)
            is_sent = True
    context = {"form": form, "is_sent": is_sent}
    return render(request, "account/password_reset.html", context, status=422 if form.errors else 200)
