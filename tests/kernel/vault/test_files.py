"""Sealed files: what was written comes back, and nothing can be changed, moved or cut off."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from zhike.kernel.vault.cipher import Tampered
from zhike.kernel.vault.files import CHUNK, in_the_clear, is_sealed, new_file_key, read_sealed, scratch, write_sealed

KEY = new_file_key()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
@pytest.mark.parametrize("piece", [1000, CHUNK, 3 * CHUNK])
def test_what_was_written_comes_back_however_it_came(tmp_path: Path, size: int, piece: int) -> None:
    plain = Random(size).randbytes(size)
    write_sealed(tmp_path / "file", (plain[at : at + piece] for at in range(0, size, piece)), KEY)
    assert is_sealed(tmp_path / "file")
    assert b"".join(read_sealed(tmp_path / "file", KEY)) == plain


def test_a_sealed_file_shows_nothing_of_what_it_holds(tmp_path: Path) -> None:
    write_sealed(tmp_path / "file", [b"13800138000,"] * 100, KEY)
    assert b"138" * 3 not in (tmp_path / "file").read_bytes()
    assert b"13800138000" not in (tmp_path / "file").read_bytes()


def test_a_file_cut_off_changed_or_rearranged_is_noticed(tmp_path: Path) -> None:
    write_sealed(tmp_path / "file", [bytes(3 * CHUNK)], KEY)
    whole = (tmp_path / "file").read_bytes()
    head, size = whole.index(b"\n") + 1, CHUNK + 28
    chunks = [whole[head + at : head + at + size] for at in range(0, len(whole) - head, size)]
    random = Random(7)
    flipped = bytearray(whole)
    flipped[random.randrange(head, len(whole))] ^= 1 << random.randrange(8)
    wrong = [
        whole[:head],
        whole[:-1],
        whole[: head + size],
        whole[: head + 2 * size],
        whole + chunks[0],
        whole[:head] + chunks[1] + chunks[0] + chunks[2],
        bytes(flipped),
        b"plain text",
    ]
    for content in wrong:
        (tmp_path / "wrong").write_bytes(content)
        with pytest.raises(Tampered):
            list(read_sealed(tmp_path / "wrong", KEY))
    with pytest.raises(Tampered):
        list(read_sealed(tmp_path / "file", new_file_key()))


def test_a_copy_in_the_clear_has_no_name_in_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    write_sealed(tmp_path / "file", [b"13800138000"], KEY)
    with in_the_clear(tmp_path / "file", KEY) as path:
        assert path.read_bytes() == b"13800138000"
        assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert not path.exists()
    with scratch() as path:
        assert path.read_bytes() == b""
