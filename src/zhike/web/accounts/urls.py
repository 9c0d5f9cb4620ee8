"""Log-in, passwords and second factors, by allauth.

Two of its pages stay shut: there is no mail to send a forgotten password to (an administrator hands over a link), and
the address that people sign in with is not theirs to change.
"""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("password/reset/", RedirectView.as_view(pattern_name="account_login"), name="account_reset_password"),
    path("email/", RedirectView.as_view(pattern_name="settings:profile"), name="account_email"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
