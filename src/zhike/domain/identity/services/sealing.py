"""The one place where secrets of this trade are sealed before they are stored."""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES = 12


def seal(text: str, *, purpose: str) -> str:
    """The text so that only this installation reads it, and only for this purpose."""
    nonce = os.urandom(_NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(purpose).encrypt(nonce, text.encode(), purpose.encode())).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed for the purpose; raises cryptography's InvalidTag for anything else."""
    raw = base64.b64decode(sealed)
    return _cipher(purpose).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()).decode()


def _cipher(purpose: str) -> AESGCM:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=f"zhike identity {purpose}".encode())
    return AESGCM(derived.derive(settings.SECRET_KEY.encode()))
