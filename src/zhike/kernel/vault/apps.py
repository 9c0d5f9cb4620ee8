from django.apps import AppConfig
from django.db.models.signals import post_migrate

from zhike.kernel.vault.keys import ring


def _prepare(**_signal: object) -> None:
    ring.forget()
    ring.index_key()


class VaultConfig(AppConfig):
    name = "zhike.kernel.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_prepare, sender=self)
