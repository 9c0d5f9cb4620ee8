"""The server itself, by hand: requests that two readers might read differently, are too much, or never end."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.serving import Server, serving

HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n"
BEHIND = b"GET /smuggled/ HTTP/1.1\r\n" + HOST + b"\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server"), "--no-jobs") as running:
        yield running


def answers(server: Server, request: bytes) -> list[int]:
    """The statuses of everything that comes back for these bytes, until the server closes, as it is asked to."""
    with socket.create_connection(("127.0.0.1", server.port), 60) as caller:
        said = b""
        with contextlib.suppress(ConnectionError):
            caller.sendall(request)
            while part := caller.recv(65_536):
                said += part
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", said)]


def post(*lines: bytes, body: bytes = b"") -> bytes:
    return b"POST /accounts/login/ HTTP/1.1\r\n" + HOST + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


AMBIGUOUS = {
    "two lengths": post(b"Content-Length: 0", b"Content-Length: %d" % len(BEHIND), body=BEHIND),
    "two lengths in one": post(b"Content-Length: 0, %d" % len(BEHIND), body=BEHIND),
    "a length with a sign": post(b"Content-Length: +5", body=b"abcde"),
    "a length in hex": post(b"Content-Length: 0x5", body=b"abcde"),
    "an unknown coding": post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "a coding behind": post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
    "a blank before the colon": post(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"),
    "a folded line": post(b"Transfer-Encoding:", b" chunked", body=b"0\r\n\r\n"),
    "a null": post(b"X: a\0b"),
    "a return within": post(b"X: a\rTransfer-Encoding: chunked"),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_refused_and_nothing_behind_it_is_heard(server: Server, name: str) -> None:
    assert answers(server, AMBIGUOUS[name]) == [400]


def test_pieces_of_unknown_length_are_refused(server: Server) -> None:
    body = b"5\r\nabcde\r\n0\r\n\r\n"
    assert answers(server, post(b"Connection: close", b"Transfer-Encoding: chunked", body=body)) == [411]
    both = post(b"Connection: close", b"Content-Length: 6", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n")
    assert answers(server, both)[0] in (400, 411)


def test_other_hosts_are_refused(server: Server) -> None:
    for line in (b"Host: evil.example\r\n", b"", HOST + b"Host: evil.example\r\n"):
        assert answers(server, b"GET /nothing/ HTTP/1.1\r\n" + CLOSE + line + b"\r\n") == [400]


def test_a_file_that_is_too_large_is_refused_before_it_has_come(server: Server) -> None:
    length = b"Content-Length: %d" % (22 << 20)
    with socket.create_connection(("127.0.0.1", server.port), 60) as caller:
        caller.sendall(post(length, b"Content-Type: multipart/form-data; boundary=x", body=b"--x\r\n"))
        assert caller.recv(12) == b"HTTP/1.1 413"


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        (b"GET /nothing/ HTTP/1.1", b"X: " + b"a" * 600_000 + b"\r\n", 431),
        (b"GET /nothing/ HTTP/1.1", b"".join(b"X%d: a\r\n" % number for number in range(2_000)), 431),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1", b"", 414),
    ],
    ids=["a long header", "many headers", "a long address"],
)
def test_too_much_before_the_body_is_refused(server: Server, request_line: bytes, headers: bytes, status: int) -> None:
    assert answers(server, request_line + b"\r\n" + HOST + CLOSE + headers + b"\r\n")[:1] in ([status], [])


@pytest.mark.parametrize(
    "beginning",
    [
        post(b"Content-Length: 1000", b"Content-Type: application/x-www-form-urlencoded", body=b"a=b"),
        b"GET / HTTP/1.1\r\n",
    ],
    ids=["bodies", "headers"],
)
def test_three_hundred_that_never_finish_do_not_keep_others_out(server: Server, beginning: bytes) -> None:
    with ExitStack() as open_connections:
        for _number in range(300):
            slow = open_connections.enter_context(socket.create_connection(("127.0.0.1", server.port), 60))
            slow.sendall(beginning)
        assert answers(server, b"GET /accounts/login/ HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n") == [200]


def test_who_says_nothing_is_left(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 60) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nX: a")
        assert b"200" not in slow.recv(1_000)
