"""AES-256-GCM over small values: sealed ones are printable, name their key, and open only in their own place."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
MARK = "\x1a"
"""What every sealed value begins with: a sign that no text of people's has, for cleaning takes it away."""


class VaultError(Exception):
    """A programming error: sealed data was about to be used in a way that cannot work, or would not be sealed."""


class Tampered(Exception):
    """A sealed value is not what was stored in this place, or its key is gone. Its text never holds the value."""


def derive(secret: bytes, purpose: str) -> bytes:
    """32 bytes that follow from the secret for one purpose, by HKDF-SHA256 (RFC 5869); they say nothing of it."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"zhike {purpose}".encode()).derive(secret)


class Cipher:
    """One key at work. A sealed value is `MARK`, the key's name, a dot, and base64 of nonce, ciphertext and tag."""

    __slots__ = ("_decrypt", "_encrypt", "_prefix")

    def __init__(self, name: str, key: bytes) -> None:
        engine = AESGCM(key)
        self._encrypt, self._decrypt = engine.encrypt, engine.decrypt
        self._prefix = f"{MARK}{name}."

    def seal(self, plain: bytes, place: bytes) -> str:
        """Seal a value for one place, under a random nonce of its own."""
        nonce = os.urandom(NONCE_BYTES)
        return self._prefix + urlsafe_b64encode(nonce + self._encrypt(nonce, plain, place)).decode("ascii")

    def open(self, sealed: str, place: bytes) -> bytes:
        """The value; raises Tampered where a single bit or the place is another."""
        text = sealed[len(self._prefix) :]
        try:
            raw = urlsafe_b64decode(text)
            # Base64 has several spellings of one value; only the one that was written counts.
            if urlsafe_b64encode(raw).decode("ascii") == text:
                return self._decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            pass
        raise Tampered(f"a sealed value of {place.decode()} cannot be opened: it was changed, or moved from elsewhere")


def key_of(sealed: str) -> str:
    """The name of the key that a value was sealed with; raises Tampered for what was never sealed."""
    if sealed[:1] != MARK:
        raise Tampered("a value that should be sealed is not")
    return sealed[1 : sealed.find(".")]
