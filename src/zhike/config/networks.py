"""Turns ZHIKE_SIGN_ON_NETWORKS into the inner networks that may be asked for the company account."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from zhike.gateways.outbound import Network, networks


def sign_on_networks() -> tuple[Network, ...]:
    """Networks and addresses with commas between them, such as `10.1.0.0/16, 192.168.7.5`; none without the setting."""
    try:
        return networks(os.environ.get("ZHIKE_SIGN_ON_NETWORKS", ""))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"ZHIKE_SIGN_ON_NETWORKS cannot be read ({error}); expected networks such as 10.1.0.0/16, 192.168.7.5"
        ) from error
