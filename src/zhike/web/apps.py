from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from zhike.web.accounts.places import remember_sign_in


class WebConfig(AppConfig):
    name = "zhike.web"
    label = "web"

    def ready(self) -> None:
        user_logged_in.connect(remember_sign_in, dispatch_uid="remember_sign_in")
