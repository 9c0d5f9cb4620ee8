"""Log-in, passwords and second factors, by allauth; the company account; the pages that stay shut.

The address that people sign in with is not theirs to change, and a forgotten password needs mail, or an administrator.
"""

from django.urls import include, path
from django.views.generic import RedirectView

from zhike.web.accounts import sign_on
from zhike.web.accounts.views import entrance

_to_profile = RedirectView.as_view(pattern_name="settings:profile")

urlpatterns = [
    path("login/", entrance.LoginView.as_view(), name="account_login"),
    path("password/reset/", entrance.reset, name="account_reset_password"),
    path("password/set/", _to_profile, name="account_set_password"),
    path("email/", _to_profile, name="account_email"),
    path("sign-on/", sign_on.start, name="sign_on"),
    path("sign-on/callback/", sign_on.callback, name="sign_on_callback"),
    path("2fa/", _to_profile, name="mfa_index"),
    path("2fa/totp/activate/", entrance.EnrolmentView.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", entrance.WithdrawalView.as_view(), name="mfa_deactivate_totp"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
