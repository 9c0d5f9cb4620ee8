"""Writes about signing in: one transaction, one line of the trail each."""

from zhike.domain.identity.services.attempts import (
    TooManyAttempts,
    forgive_attempt,
    record_failure,
    take_attempt,
    unlock_person,
)
from zhike.domain.identity.services.passwords import choose_password, remember_password, void_password
from zhike.domain.identity.services.policy import change_policy, open_for_show
from zhike.domain.identity.services.provider import change_provider, let_newcomer_in, record_link, secret_of
from zhike.domain.identity.services.sealing import PROVIDER, SECOND_FACTORS, seal, seal_again, unseal
from zhike.domain.identity.services.second_factors import record_second_factor, reset_second_factor, spend_code
from zhike.domain.identity.services.sessions import (
    end_session,
    end_sessions,
    forget_what_is_over,
    note_session_use,
    record_sign_in,
    record_sign_out,
    shut_out,
)

__all__ = [
    "PROVIDER",
    "SECOND_FACTORS",
    "TooManyAttempts",
    "change_policy",
    "change_provider",
    "choose_password",
    "end_session",
    "end_sessions",
    "forget_what_is_over",
    "forgive_attempt",
    "let_newcomer_in",
    "note_session_use",
    "open_for_show",
    "record_failure",
    "record_link",
    "record_second_factor",
    "record_sign_in",
    "record_sign_out",
    "remember_password",
    "reset_second_factor",
    "seal",
    "seal_again",
    "secret_of",
    "shut_out",
    "spend_code",
    "take_attempt",
    "unlock_person",
    "unseal",
    "void_password",
]
