"""Requests to addresses that somebody typed: they reach the public internet, and nothing behind our own doors.

A name is resolved once, every address it has must be public, and the connection goes to the very address that was
judged, so a name that changes its mind in between changes nothing. No redirect is followed, no proxy or cookie of the
machine is used, and the answer is limited in size and time. Networks of one's own can be opened by a setting.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from zhike.kernel.errors import Refused

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
#: The addresses of a host name; raises OSError where it has none.
Resolver: TypeAlias = Callable[[str, int], Sequence[str]]

_SEALED: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        # IANA's special-purpose registries, whole, whatever this Python's tables say.
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        # A cloud's inner service at a public address.
        "168.63.129.16/32",
    )
)  # fmt: skip
_TRANSLATED = IPv6Network("64:ff9b::/96")

_NAME = re.compile(r"(?=.{1,253}\Z)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!-)[a-z0-9-]{1,63}(?<!-)\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f\\\s]")


class Forbidden(Refused):
    """An address that is not asked, whoever wishes it."""


class Unanswered(Refused):
    """Nobody answered, or not as one may."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be asked, and how much an answer may be. `opened` are networks of one's own, by http and any port too.

    `seconds` are for everything from the connection to the last byte, `largest` is in bytes.
    """

    opened: tuple[Network, ...] = ()
    seconds: float = 10
    largest: int = 1 << 20
    certificates: ssl.SSLContext = field(default_factory=ssl.create_default_context)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: the parts of the address, and the one address of the network that was judged."""

    is_secure: bool
    host: str
    port: int
    path: str
    address: Address


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; a redirect is a reply like others."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def networks(text: str) -> tuple[Network, ...]:
    """Networks and addresses from a setting such as `10.1.0.0/16, 192.168.7.5`; raises ValueError."""
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def system_resolver(host: str, port: int) -> Sequence[str]:
    """What this machine's resolver says."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, looked at through every way of writing one into another."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address.is_global and not any(
        address in network for network in _SEALED if network.version == address.version
    )


def target_of(url: str, rules: Rules, resolve: Resolver = system_resolver) -> Target:
    """Judge an address and settle where a request to it goes; raises Forbidden, or Unanswered for an unknown name."""
    parts = _parts(url)
    host, literal = _host(parts.hostname or "")
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    try:
        found = [literal] if literal else [ip_address(each) for each in resolve(host, port)]
    except (OSError, UnicodeError, ValueError) as error:
        raise Unanswered(_("There is no server of the name %(host)s.") % {"host": host}) from error
    if not found:
        raise Unanswered(_("There is no server of the name %(host)s.") % {"host": host})
    is_opened = all(any(each in net for net in rules.opened if net.version == each.version) for each in found)
    if not is_opened:
        if not all(is_public(each) for each in found):
            raise Forbidden(_("%(host)s is an address of an inner network, which is not asked.") % {"host": host})
        if not is_secure or port != 443:
            raise Forbidden(_("Only https:// addresses without a port of their own are asked."))
    path = parts.path or "/"
    return Target(is_secure, host, port, f"{path}?{parts.query}" if parts.query else path, found[0])


def send(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    rules: Rules,
    resolve: Resolver = system_resolver,
) -> Reply:
    """One request, one reply. Raises Forbidden or Unanswered with a sentence."""
    target = target_of(url, rules, resolve)
    connection = _connection(target, rules)
    is_over = threading.Event()
    clock = threading.Timer(rules.seconds, _cut, [connection, is_over])
    clock.daemon = True
    clock.start()
    try:
        connection.request(method, target.path, body or None, {"Accept-Encoding": "identity", **(headers or {})})
        answer = connection.getresponse()
        content = answer.read(rules.largest + 1)
        if len(content) > rules.largest or answer.length or is_over.is_set():
            raise Unanswered(_("%(host)s answered with too much, too little, or too slowly.") % {"host": target.host})
        return Reply(answer.status, dict(answer.getheaders()), content)
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(_("%(host)s gave no proper answer.") % {"host": target.host}) from error
    except ValueError as error:
        raise Forbidden(_("This is not a request that can be sent: %(reason)s") % {"reason": error}) from error
    finally:
        clock.cancel()
        connection.close()


def _parts(url: str) -> SplitResult:
    wrong = Forbidden(_("This is no address of the kind https://name/path."))
    # Browsers, servers and this library disagree about such characters; whoever writes them means harm or mistypes.
    if len(url) > 2_000 or _NOT_IN_ADDRESSES.search(url):
        raise wrong
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("http", "https") or not is_whole or "@" in parts.netloc or parts.fragment:
        raise wrong
    if not url.isascii() and not (parts.path + parts.query).isascii():
        raise wrong
    return parts


def _host(written: str) -> tuple[str, Address | None]:
    """The host as it goes over the wire, and its address where it is written as one, in the usual way only."""
    wrong = Forbidden(_("“%(host)s” is no name of a server.") % {"host": written})
    if ":" in written:
        try:
            return written, IPv6Address(written)
        except ValueError as error:
            raise wrong from error
    try:
        host = written.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError as error:
        raise wrong from error
    if not _NAME.match(host):
        raise wrong
    if _NUMBER.match(host.rpartition(".")[2]):
        # 127.1, 2130706433, 0x7f000001 and 0177.0.0.1 are the same address to many resolvers, and none to us.
        try:
            return host, IPv4Address(host)
        except ValueError as error:
            raise wrong from error
    return host, None


def _connection(target: Target, rules: Rules) -> http.client.HTTPConnection:
    if target.is_secure:
        return _SecureConnection(target, rules)
    return _PlainConnection(target, rules)


def _open_socket(target: Target, seconds: float) -> socket.socket:
    return socket.create_connection((str(target.address), target.port), seconds)


class _PlainConnection(http.client.HTTPConnection):
    """Goes to the address that was judged, whatever the name says by now."""

    def __init__(self, target: Target, rules: Rules) -> None:
        super().__init__(target.host, target.port, timeout=rules.seconds)
        self._target = target
        self._seconds = rules.seconds

    def connect(self) -> None:
        self.sock = _open_socket(self._target, self._seconds)


class _SecureConnection(http.client.HTTPSConnection):
    """The same; the certificate must be that of the name."""

    def __init__(self, target: Target, rules: Rules) -> None:
        super().__init__(target.host, target.port, timeout=rules.seconds, context=rules.certificates)
        self._target = target
        self._rules = rules

    def connect(self) -> None:
        self.sock = _open_socket(self._target, self._rules.seconds)
        self.sock = self._rules.certificates.wrap_socket(self.sock, server_hostname=self._target.host)


def _cut(connection: http.client.HTTPConnection, is_over: threading.Event) -> None:
    """End a connection whose time is over, even where its other side sends a byte now and then."""
    is_over.set()
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
