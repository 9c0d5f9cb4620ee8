"""Files under a key of their own: chunk after chunk, each sealed, so that no part can be changed, moved or cut off.

Whoever stores such a file keeps its key in a sealed column: rotating keys seals that column anew, and the file stays.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhike.kernel.vault.cipher import KEY_BYTES, NONCE_BYTES, Tampered

CHUNK = 1 << 20
_HEAD = b"ZHIKE-SEALED-1\n"
_TAG_BYTES = 16


def new_file_key() -> str:
    """A key for one file or one folder of them, as it is kept in a sealed column."""
    return secrets.token_hex(KEY_BYTES)


class Box:
    """Seals pieces of a file."""

    def __init__(self, key: str) -> None:
        self._engine = AESGCM(bytes.fromhex(key))

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._engine.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The piece; raises Tampered where it was changed or stood elsewhere."""
        try:
            return self._engine.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"a sealed piece of a file cannot be opened: {place.decode()}") from error


def write_sealed(target: Path, chunks: Iterable[bytes], key: str) -> None:
    """Write a new file. Each chunk of it knows its number and whether it is the last one."""
    box = Box(key)
    with target.open("xb") as file:
        file.write(_HEAD)
        number, held = 0, b""
        for piece in chain(_of_size(chunks), (None,)):
            if number:
                file.write(box.seal(held, _place(number, is_last=piece is None)))
            number, held = number + 1, piece or b""


def is_sealed(source: Path) -> bool:
    """Whether a file was written by `write_sealed`."""
    with source.open("rb") as file:
        return file.read(len(_HEAD)) == _HEAD


def read_sealed(source: Path, key: str) -> Iterator[bytes]:
    """The chunks of a sealed file. Raises Tampered."""
    box = Box(key)
    size = CHUNK + NONCE_BYTES + _TAG_BYTES
    with source.open("rb") as file:
        if file.read(len(_HEAD)) != _HEAD:
            raise Tampered("a file that should be sealed is not")
        number, sealed = 1, file.read(size)
        while True:
            following = file.read(size)
            yield box.open(sealed, _place(number, is_last=not following))
            if not following:
                return
            number, sealed = number + 1, following


@contextmanager
def in_the_clear(source: Path, key: str) -> Iterator[Path]:
    """The path of a copy to be read by whoever wants a path; it has no name in any folder and ends with the block."""
    with scratch() as copy:
        with copy.open("wb") as file:
            file.writelines(read_sealed(source, key))
        yield copy


@contextmanager
def scratch() -> Iterator[Path]:
    """The path of an empty file for this process and its children, which is gone with them, also after a kill."""
    with tempfile.TemporaryFile() as file:
        path = Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
        if path.exists():
            yield path
            return
    with tempfile.NamedTemporaryFile() as file:  # where the system has no /proc
        yield Path(file.name)


def _of_size(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size, at least one of them."""
    held = bytearray()
    is_first = True
    for chunk in chunks:
        held += chunk
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK])
            is_first = False
            del held[:CHUNK]
    if held or is_first:
        yield bytes(held)


def _place(number: int, *, is_last: bool) -> bytes:
    return f"chunk {number}{' last' if is_last else ''}".encode()
