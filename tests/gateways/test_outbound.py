"""Nobody makes the server ask what lies behind its own doors, however they write it, and however it is resolved."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.gateways.outbound import Forbidden, Reply, Rules, Unanswered, is_public, networks, send, target_of

PUBLIC = "93.184.215.14"
RULES = Rules()


def public(_host: str, _port: int) -> Sequence[str]:
    """A resolver for which every name is a server of the internet."""
    return [PUBLIC]


_INNER = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.0.0.53
    127.255.255.255 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.192
    192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1
    239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
    [::] [::1] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:169.254.169.254]
    [0:0:0:0:0:ffff:127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b::10.0.0.1]
    [64:ff9b:1::1] [100::1] [2001::1] [2001:0:7f00:1::] [2001:db8::1] [2002:7f00:1::] [2002:a9fe:a9fe::1]
    [fc00::1] [fd00:ec2::254] [fdff::1] [fe80::1] [febf::1] [fec0::1] [ff02::1] [3fff::1] [5f00::1]
"""
INNER_ADDRESSES = _INNER.split()

_ODD = """
    2130706433 0x7f000001 0x7F.0.0.1 0177.0.0.1 017700000001 127.1 127.0.1 0 0x0 00 1 127.0.0.1. 127.0.0.01
    127.0.0.0x1 0xa9fea9fe 2852039166 169.254.43518 １２７.0.0.1 127。0。0。1 127．0．0．1 ①②⑦.⓪.⓪.① [::1%25lo]
    [fe80::1%25eth0] [::ffff:127.0.0.1%25lo] [127.0.0.1] [::1 ::1] 127.0.0.1:80@a.cn a.cn@127.0.0.1 a.cn:b@127.0.0.1
    127.0.0.1%00.a.cn 127.0.0.1%0a.a.cn a..cn .a.cn -a.cn a-.cn a_b.1 a.0x7f a.127
"""
ODD_HOSTS = _ODD.split()

ODD_ADDRESSES = [
    "",
    "a.cn",
    "//a.cn/",
    "https:a.cn",
    "https:///a.cn",
    "https://",
    "https://?x",
    "https://#x",
    "https://a.cn#@127.0.0.1",
    "https://a.cn\\@127.0.0.1/",
    "https://127.0.0.1\\.a.cn/",
    "https://a.cn\t/",
    "https://a.cn/\r\nHost: b",
    "https://a.cn/ x",
    " https://a.cn/",
    "https://a.cn\x00/",
    "https://a.cn/\u2028",
    "https://a.cn/客户",
    "https://a.cn:0/",
    "https://a.cn:65536/",
    "https://a.cn:-1/",
    "https://a.cn:x/",
    "https://a.cn:22/",
    "https://a.cn:6379/",
    "https://a.cn:80/",
    "http://a.cn/",
    "HTTP://a.cn/",
    "ftp://a.cn/",
    "file:///etc/passwd",
    "gopher://a.cn:70/_x",
    "dict://a.cn/",
    "jar:https://a.cn!/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "ldap://a.cn/",
    "unix:/run/x",
    "https://" + "a" * 64 + ".cn/",
    "https://" + "a." * 130 + "cn/",
    "https://a.cn/" + "x" * 2_000,
]


@pytest.mark.parametrize("host", INNER_ADDRESSES)
def test_no_inner_address_is_asked_whether_written_or_resolved(host: str) -> None:
    with pytest.raises(Forbidden):
        target_of(f"https://{host}/", RULES, public)
    with pytest.raises(Forbidden):
        target_of("https://a.cn/", RULES, lambda _host, _port: [host.strip("[]")])
    with pytest.raises(Forbidden):
        target_of("https://a.cn/", RULES, lambda _host, _port: [PUBLIC, host.strip("[]")])


@pytest.mark.parametrize("host", ODD_HOSTS)
def test_no_other_way_of_writing_an_address_is_taken(host: str) -> None:
    with pytest.raises(Forbidden):
        target_of(f"https://{host}/", RULES, public)


@pytest.mark.parametrize("url", ODD_ADDRESSES)
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        target_of(url, RULES, public)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(INNER_ADDRESSES) + len(ODD_HOSTS) + len(ODD_ADDRESSES) >= 130


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://hooks.example.cn", "hooks.example.cn", "/"),
        ("https://hooks.example.cn:443/a?b=c", "hooks.example.cn", "/a?b=c"),
        ("HTTPS://Hooks.Example.CN./a", "hooks.example.cn", "/a"),
        ("https://知客.cn/", "xn--4oq1w.cn", "/"),
        ("https://8.8.8.8/", "8.8.8.8", "/"),
        ("https://[2400:3200::1]/", "2400:3200::1", "/"),
        ("https://[64:ff9b::808:808]/", "64:ff9b::808:808", "/"),
    ],
)
def test_public_addresses_are_asked(url: str, host: str, path: str) -> None:
    target = target_of(url, RULES, public)
    assert (target.is_secure, target.port, target.path) == (True, 443, path)
    assert target.host == ("知客.cn".encode("idna").decode() if host.startswith("xn--") else host)


@pytest.mark.parametrize("found", [[], ["nonsense"], ["fe80::1%eth0"]])
def test_names_that_resolve_to_nothing_are_refused(found: list[str]) -> None:
    with pytest.raises((Unanswered, Forbidden)):
        target_of("https://a.cn/", RULES, lambda _host, _port: found)


@given(number=st.integers(0, 2**32 - 1))
def test_an_address_is_as_public_written_into_another_as_alone(number: int) -> None:
    alone = IPv4Address(number)
    assert is_public(ip_address(f"::ffff:{alone}")) == is_public(alone)
    assert is_public(ip_address(f"64:ff9b::{alone}")) == is_public(alone)
    assert not is_public(alone) or alone.is_global


@given(url=st.text(max_size=60).map(lambda text: f"https://{text}"))
def test_whatever_is_typed_is_refused_or_goes_to_a_public_address(url: str) -> None:
    try:
        target = target_of(url, RULES, public)
    except (Forbidden, Unanswered):
        return
    assert is_public(target.address)


@dataclass
class Loopback:
    """A real server on this machine that says what it is told to, and notes what it was asked."""

    address: str
    port: int
    asked: list[bytes] = field(default_factory=list)

    @property
    def rules(self) -> Rules:
        return Rules(opened=networks(f"{self.address}/32"), seconds=2, largest=10_000)


Serve = Callable[..., Loopback]


@pytest.fixture
def serve() -> Iterator[Serve]:
    sockets: list[socket.socket] = []
    is_closing = threading.Event()

    def start(answer: bytes, *, address: str = "127.0.0.1", port: int = 0, drip: bytes = b"") -> Loopback:
        listening = socket.create_server((address, port))
        sockets.append(listening)
        server = Loopback(address, listening.getsockname()[1])

        def work() -> None:
            while True:
                try:
                    caller, _from = listening.accept()
                except OSError:
                    return
                with caller:
                    server.asked.append(caller.recv(65_536))
                    try:
                        caller.sendall(answer)
                        while drip and not is_closing.wait(0.05):
                            caller.sendall(drip)
                    except OSError:
                        pass

        threading.Thread(target=work, daemon=True).start()
        return server

    yield start
    is_closing.set()
    for each in sockets:
        each.close()


def fine(body: bytes = b"ok") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def test_a_network_of_ones_own_is_asked_once_it_is_opened(serve: Serve) -> None:
    server = serve(fine(b"hello"))
    url = f"http://127.0.0.1:{server.port}/in?x=1"
    with pytest.raises(Forbidden):
        send(url, rules=RULES)
    reply = send(url, method="POST", headers={"X-Sign": "abc"}, body=b"{}", rules=server.rules)
    assert (reply.status, reply.body) == (200, b"hello")
    [asked] = server.asked
    assert asked.startswith(b"POST /in?x=1 HTTP/1.1\r\n")
    assert b"X-Sign: abc" in asked
    assert b"Cookie" not in asked


def test_a_name_that_changes_its_mind_is_asked_at_the_address_that_was_judged(serve: Serve) -> None:
    judged = serve(fine(b"judged"), address="127.0.0.2")
    inner = serve(fine(b"inner"), address="127.0.0.1", port=judged.port)
    answers = iter([["127.0.0.2"], ["127.0.0.1"], ["127.0.0.1"]])
    calls: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        calls.append(host)
        return next(answers)

    reply = send(f"http://rebind.example:{judged.port}/", rules=judged.rules, resolve=rebinding)
    assert (reply.body, calls, inner.asked) == (b"judged", ["rebind.example"], [])
    assert b"Host: rebind.example:" in judged.asked[0]
    with pytest.raises(Forbidden):
        send(f"http://rebind.example:{judged.port}/", rules=judged.rules, resolve=rebinding)
    assert inner.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(serve: Serve, status: int) -> None:
    inner = serve(fine(b"secret"))
    answer = b"HTTP/1.1 %d Moved\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % (status, inner.port)
    server = serve(answer)
    reply: Reply = send(f"http://127.0.0.1:{server.port}/", rules=server.rules)
    assert (reply.status, inner.asked) == (status, [])


@pytest.mark.parametrize(
    ("answer", "drip"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000, b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", b"x" * 4_000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"fff\r\n" + b"x" * 4_095 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"X-Drip: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\n", b"x"),
        (b"", b"x"),
        (b"", b""),
        (b"nonsense\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", b""),
    ],
)
def test_answers_that_are_too_much_too_slow_or_none_are_refused(serve: Serve, answer: bytes, drip: bytes) -> None:
    server = serve(answer, drip=drip)
    with pytest.raises(Unanswered):
        send(f"http://127.0.0.1:{server.port}/", rules=server.rules)


def test_a_server_that_never_speaks_is_left(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        rules = Rules(opened=networks("127.0.0.1"), seconds=0.2)
        with pytest.raises(Unanswered):
            send(f"http://127.0.0.1:{silent.getsockname()[1]}/", rules=rules)


def test_a_certificate_must_be_that_of_the_name(serve: Serve) -> None:
    server = serve(fine())
    with pytest.raises(Unanswered):
        send(f"https://127.0.0.1:{server.port}/", rules=server.rules)
    assert RULES.certificates.verify_mode == ssl.CERT_REQUIRED
    assert RULES.certificates.check_hostname


def test_headers_cannot_be_smuggled(serve: Serve) -> None:
    server = serve(fine())
    for headers in ({"X": "a\r\nHost: b"}, {"X\r\nY": "a"}):
        with pytest.raises(Forbidden):
            send(f"http://127.0.0.1:{server.port}/", headers=headers, rules=server.rules)
    with pytest.raises(Forbidden):
        send(f"http://127.0.0.1:{server.port}/", method="GET /x HTTP/1.1\r\nX:", rules=server.rules)
    assert not any(b"Host: b" in each for each in server.asked)


def test_the_setting_names_networks() -> None:
    assert [str(each) for each in networks(" 10.1.0.0/16, 192.168.7.5,fd00::/8 ,")] == [
        "10.1.0.0/16",
        "192.168.7.5/32",
        "fd00::/8",
    ]
    with pytest.raises(ValueError, match="corp"):
        networks("corp.example")
