"""Cells of the table of permissions, and tokens of programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from tests.cast import NOW, Cast
from zhike.domain.accounts import queries, services
from zhike.domain.accounts.models import ApiToken, User
from zhike.domain.identity import services as identity
from zhike.kernel.errors import Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level


def test_a_changed_cell_counts_at_once(cast: Cast) -> None:
    role = queries.role("account_manager")
    changed = services.change_permissions(
        role=role, levels={("customer", "view"): Level.ALL, ("order", "view"): Level.OWN}, actor=cast.zhao, now=NOW
    )
    assert changed == 1
    assert User.objects.get(pk=cast.li.pk).level("customer", "view") == Level.ALL
    assert Activity.objects.get(verb="permit").changes == {"customer.view": ["own", "all"]}


def test_administrators_keep_the_right_to_give_rights(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.change_permissions(
            role=queries.role("administrator"), levels={("setting", "edit"): Level.NONE}, actor=cast.zhao, now=NOW
        )


def test_a_cell_that_means_nothing_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.change_permissions(
            role=queries.role("administrator"), levels={("setting", "export"): Level.ALL}, actor=cast.zhao, now=NOW
        )


def _token(cast: Cast) -> tuple[ApiToken, str]:
    return services.create_api_token(
        owner=cast.li, name="仓库系统", expires_at=NOW + timedelta(days=90), actor=cast.li, now=NOW
    )


def test_a_token_is_known_by_its_secret_and_only_its_digest_is_kept(cast: Cast) -> None:
    token, secret = _token(cast)
    assert secret not in token.digest
    assert queries.live_api_token(secret, now=NOW) == token
    assert queries.live_api_token(secret + "x", now=NOW) is None


def test_a_token_ends_by_its_day_by_revoking_and_with_its_person(cast: Cast) -> None:
    token, secret = _token(cast)
    assert queries.live_api_token(secret, now=token.expires_at) is None
    services.disable_person(person=cast.li, actor=cast.zhao, now=NOW)
    assert queries.live_api_token(secret, now=NOW) is None
    services.enable_person(person=cast.li, actor=cast.zhao, now=NOW)
    services.revoke_api_token(token=token, actor=cast.li, now=NOW)
    assert queries.live_api_token(secret, now=NOW) is None


@pytest.mark.parametrize("shut", [identity.shut_out, identity.void_password, identity.reset_second_factor])
def test_what_shuts_a_person_out_revokes_the_tokens_for_good(cast: Cast, shut: Callable[..., None]) -> None:
    Authenticator.objects.create(user=cast.li, type=Authenticator.Type.TOTP, data={})
    token, secret = _token(cast)
    shut(person=cast.li, actor=cast.zhao, now=NOW)
    services.enable_person(person=cast.li, actor=cast.zhao, now=NOW)
    assert queries.live_api_token(secret, now=NOW) is None
    assert Activity.objects.get(verb="revoke").object_id == token.pk


def test_a_program_does_no_more_than_its_token_is_meant_for(cast: Cast) -> None:
    cast.li.token = ApiToken(kinds=["order"])
    assert [cast.li.may(*right) for right in (("order", "create"), ("contact", "create"), ("contact", "view"))] == [
        True,
        False,
        True,
    ]
    cast.li.token = ApiToken(may_write=False)
    assert [cast.li.may("order", action) for action in ("view", "create")] == [True, False]


def test_a_token_that_is_past_already_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.create_api_token(owner=cast.li, name="旧", expires_at=NOW, actor=cast.li, now=NOW)


def test_the_use_of_a_token_is_noted_once_a_minute(cast: Cast) -> None:
    token, secret = _token(cast)
    services.note_token_use(token=token, now=NOW)
    again = queries.live_api_token(secret, now=NOW)
    assert again is not None
    services.note_token_use(token=again, now=NOW + timedelta(seconds=30))
    assert ApiToken.objects.get(pk=token.pk).last_used_at == NOW
