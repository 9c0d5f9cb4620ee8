"""How personal values beside the trail are encrypted."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


def seal_values(number: int, text: bytes) -> str:
    """Encrypt the values of the line with this number; nobody can move them to another line."""
    nonce = os.urandom(_NONCE)
    sealed = nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, text, _place(number))
    return b64encode(sealed).decode()


def open_values(number: int, sealed: str) -> bytes:
    """The values again; raises InvalidTag where they were changed or belong to another line."""
    raw = b64decode(sealed)
    return _cipher(settings.SECRET_KEY).decrypt(raw[:_NONCE], raw[_NONCE:], _place(number))


def _place(number: int) -> bytes:
    return f"kernel_activityvalues.sealed.{number}".encode()


@lru_cache(2)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"zhike trail values 1").derive(secret.encode()))
