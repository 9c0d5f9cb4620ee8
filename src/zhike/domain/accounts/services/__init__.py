"""Writes about the company, people, departments, permissions, tokens: one transaction, one line of the trail each."""

from zhike.domain.accounts.services.company import (
    change_company,
    found_company,
    issue_setup_code,
    spend_setup_code,
)
from zhike.domain.accounts.services.departments import (
    change_department,
    create_department,
    remove_department,
)
from zhike.domain.accounts.services.exports import (
    check_export,
    decide_export,
    request_export,
    spend_export,
    take_export,
)
from zhike.domain.accounts.services.forgetting import blot_reasons
from zhike.domain.accounts.services.grants import end_grant, end_grants, give_grant
from zhike.domain.accounts.services.leftovers import forget_expired
from zhike.domain.accounts.services.looking import begin_looking, end_looking, may_look
from zhike.domain.accounts.services.people import (
    change_person,
    change_profile,
    disable_person,
    enable_person,
    invite_person,
    renew_invitation,
    set_password,
)
from zhike.domain.accounts.services.permissions import change_permissions
from zhike.domain.accounts.services.playbook import follow_playbook, put_role
from zhike.domain.accounts.services.separation import join_administrators, separate_administrators
from zhike.domain.accounts.services.tokens import (
    create_api_token,
    note_token_use,
    revoke_api_token,
    revoke_api_tokens,
)

__all__ = [
    "begin_looking",
    "blot_reasons",
    "change_company",
    "change_department",
    "change_permissions",
    "change_person",
    "change_profile",
    "check_export",
    "create_api_token",
    "create_department",
    "decide_export",
    "disable_person",
    "enable_person",
    "end_grant",
    "end_grants",
    "end_looking",
    "follow_playbook",
    "forget_expired",
    "found_company",
    "give_grant",
    "invite_person",
    "issue_setup_code",
    "join_administrators",
    "may_look",
    "note_token_use",
    "put_role",
    "remove_department",
    "renew_invitation",
    "request_export",
    "revoke_api_token",
    "revoke_api_tokens",
    "separate_administrators",
    "set_password",
    "spend_export",
    "spend_setup_code",
    "take_export",
]
