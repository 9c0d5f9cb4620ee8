"""Secrets of signing in are sealed anew when keys are rotated, wherever they stand."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from tests.cast import Cast
from zhike.domain.identity.models import Provider
from zhike.domain.identity.services import PROVIDER, SECOND_FACTORS, seal, secret_of, unseal
from zhike.kernel.vault.cipher import key_of
from zhike.kernel.vault.models import DataKey


@pytest.mark.django_db(transaction=True)
def test_a_rotation_reaches_second_factors_and_the_provider(cast: Cast) -> None:
    kinds = Authenticator.Type
    app = Authenticator.objects.create(
        user=cast.li, type=kinds.TOTP, data={"secret": seal("JBSWY3DP", place=SECOND_FACTORS), "spent": 7}
    )
    codes = Authenticator.objects.create(
        user=cast.li, type=kinds.RECOVERY_CODES, data={"seed": seal("2f9c", place=SECOND_FACTORS), "used_mask": 1}
    )
    provider = Provider.objects.create(
        name="x", issuer="https://x.example", client_id="x", secret=seal("geheim", place=PROVIDER)
    )
    old = key_of(provider.secret)
    call_command("keys", "rotate")
    for row in (app, codes, provider):
        row.refresh_from_db()
    kept = [app.data["secret"], codes.data["seed"], provider.secret]
    assert {key_of(text) for text in kept} == {DataKey.objects.get(purpose="identity", superseded_at=None).pk} != {old}
    assert [unseal(text, place=SECOND_FACTORS) for text in kept[:2]] == ["JBSWY3DP", "2f9c"]
    assert (secret_of(provider), app.data["spent"], codes.data["used_mask"]) == ("geheim", 7, 1)
    assert DataKey.objects.get(pk=old).retired_at is not None
