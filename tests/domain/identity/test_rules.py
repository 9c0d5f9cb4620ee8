"""Passwords, waits, sessions and codes decided on plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhike.domain.identity import rules
from zhike.domain.identity.rules import passwords

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
ABOUT = ("赵敏", "zhaomin", "zm", "zhao.min", "example.com", "远山科技", "yuanshankeji")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2024",
        "1qaz2wsx3edc",
        "1qaz@WSX3edc",
        "qwertyuiop12",
        "qazwsxedc123",
        "woaini5201314",
        "WoAiNi1314520",
        "5201314520520",
        "aini19900101!",
        "zhangwei19900101",
        "19851224liming",
        "lixiaoming@123",
        "wang13812345678",
        "zhaomin20240316",
        "ZhaoMin@example1",
        "yuanshankeji2024",
        "远山科技2024888666",
        "admin123456789",
        "abcdefghijkl",
        "aaaaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "987654321098765",
        "111122223333",
        "19900101199001",
        "mima12345678",
        "我爱你5201314!!",
        "zxcvbnm,./123",
        "q1w2e3r4t5y6",
    ],
)
def test_what_is_tried_first_is_no_password(password: str) -> None:
    assert list(passwords.faults(password, about=ABOUT, is_graded=False))


@pytest.mark.parametrize(
    "password",
    [
        "青山-不改-绿水-长流-2026",
        "correct horse battery staple",
        "lampe fenster brot regen",
        "qingshanbugailvshuichangliu",
        "Xk7mPq2vRt9w",
        "zhaomin liest gern Krimis",
        "春眠不觉晓处处闻啼鸟夜来",
        "tie-guan-yin bei huoche",
        "Sommer2024 im Zelt am Bach",
    ],
)
def test_a_few_words_that_nobody_expects_are_one(password: str) -> None:
    assert not list(passwords.faults(password, about=ABOUT, is_graded=False))


@pytest.mark.parametrize(
    ("password", "kinds"),
    [("abc", 1), ("Abc", 2), ("Abc1", 3), ("Abc1!", 4), ("密码", 1), ("密码a1", 3)],
)
def test_kinds_of_characters(password: str, kinds: int) -> None:
    assert passwords.kinds(password) == kinds


def test_graded_protection_wants_three_kinds() -> None:
    assert list(passwords.faults("lampe fenster brot", about=(), is_graded=False)) == []
    assert len(list(passwords.faults("lampefensterbrot", about=(), is_graded=True))) == 1
    assert list(passwords.faults("Lampe fenster brot", about=(), is_graded=True)) == []


@given(st.text(max_size=11))
def test_a_short_password_always_has_a_fault(password: str) -> None:
    assert list(passwords.faults(password, about=(), is_graded=False))


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=4))
def test_every_text_can_be_judged(password: str, about: list[str]) -> None:
    list(passwords.faults(password, about=about, is_graded=True))


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (10, 32), (11, 60), (500, 60)]
)
def test_waits_double_up_to_an_hour(failures: int, minutes: int) -> None:
    assert rules.wait_after(failures, rules.FREE_ATTEMPTS) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("idle", "lasted", "has_ended"),
    [(0, 1, False), (29, 60, False), (30, 60, True), (0, 719, False), (0, 720, True)],
)
def test_a_session_ends_idle_or_old(idle: int, lasted: int, has_ended: bool) -> None:
    ended = rules.has_ended(
        signed_in_at=NOW - timedelta(minutes=lasted),
        seen_at=NOW - timedelta(minutes=idle),
        idle=timedelta(minutes=30),
        absolute=timedelta(hours=12),
        now=NOW,
    )
    assert ended is has_ended


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    """The test values of RFC 6238, appendix B, cut to six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert rules.code_at(secret, moment // 30) == code
    now = datetime.fromtimestamp(moment, UTC)
    assert rules.matching_step(secret, f"{code[:3]} {code[3:]}", now=now) == moment // 30
    assert rules.matching_step(secret, code, now=now + timedelta(seconds=30)) == moment // 30
    assert rules.matching_step(secret, code, now=now + timedelta(seconds=90)) is None
    assert rules.matching_step(secret, code, now=now, after=moment // 30) is None


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 MicroMessenger/8.0", "WeChat · iOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_in_two_words(agent: str, name: str) -> None:
    assert rules.device_name(agent) == name
