"""Where a request comes from, and writing that into the session of whoever signs in."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from zhike.kernel import clock

LONGEST_DEVICE = 200
SIGNED_IN = "signed_in"
"""The entry of a session that says when somebody signed in, from which address, with which device."""


def address_of(request: HttpRequest) -> str:
    """The network address of the browser: what the outermost trusted proxy saw, else who is connected to us.

    Nothing where that is no address. Addresses of IPv6 are cut to their /64, which is one customer of a network.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted: int = settings.ZHIKE_PROXIES
    said = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def device_of(request: HttpRequest) -> str:
    """What the browser says it is."""
    return str(request.headers.get("User-Agent", ""))[:LONGEST_DEVICE]


def remember_sign_in(sender: Any, request: HttpRequest, **_more: Any) -> None:
    """Write into a session when somebody signed in, from where and with what (signal `user_logged_in`)."""
    session: Any = request.session
    session[SIGNED_IN] = {
        "at": clock.now().isoformat(),
        "address": address_of(request),
        "device": device_of(request),
    }
    session.seen_at = None
