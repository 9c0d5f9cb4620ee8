"""Reads of batches and their problems."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from zhike.domain.imports.rules.problems import SENTENCES


def sentence(code: str, parameters: Mapping[str, str | int]) -> str:
    """What a problem's code and parameters say to the reader, in the language that is active."""
    return gettext(SENTENCES[code]) % parameters
