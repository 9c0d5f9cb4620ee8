"""Which pages show somebody's data, and which do not and why; every page that answers to GET stands here once."""

from __future__ import annotations

from typing import Final

SHOWN: Final = {
    "today:page": "commitment",
    "commitments:detail": "commitment",
    "care:list": "care_plan",
    "care:calendar": "care_plan",
    "care:day": "care_plan",
    "care:print": "care_plan",
    "interactions:new": "interaction",
    "interactions:detail": "interaction",
    "customers:list": "customer",
    "customers:page": "customer",
    "customers:glance": "customer",
    "customers:archive": "customer",
    "customers:contacts": "customer",
    "customers:orders": "customer",
    "customers:care": "customer",
    "customers:promises": "customer",
    "customers:edit": "customer",
    "customers:needs": "customer",
    "customers:access": "customer",
    "customers:restoration": "trail",
    "contacts:new": "customer",
    "contacts:edit": "contact",
    "privacy:list": "privacy",
    "privacy:new": "privacy",
    "privacy:page": "privacy",
    "privacy:retention": "retention",
    "privacy:contact_consents": "contact",
    "privacy:customer_consents": "customer",
    "segmentation:customers": "customer",
    "segmentation:overrides": "tier",
    "segmentation:override": "customer",
    "audit:list": "trail",
    "audit:line": "trail",
    "imports:list": "import",
    "imports:page": "import",
    "imports:columns": "import",
    "imports:problems": "import",
    "exports:list": "export",
}
"""Pages that show somebody's data, and the kind of record that they show: each look leaves a line."""

PARTS: Final = {
    "customers:timeline": "customer",
    "interactions:log": "customer",
    "customers:removal": "customer",
    "commitments:fulfilment": "commitment",
    "commitments:waiver": "commitment",
    "commitments:snooze": "commitment",
    "commitments:owner": "commitment",
    "commitments:planned-day": "commitment",
    "imports:progress": "import",
    "segmentation:simulation": "scheme",
}
"""Pieces that pages fetch: they leave a line where their page has left none within the minute."""

SEARCHES: Final = {
    "search:palette": "customer",
    "customers:picker": "customer",
    "contacts:picker": "contact",
}
"""Suggestions while somebody types: the 1st, 2nd, 4th, 8th … within a minute leaves a line."""

_REASONS: Final = {
    "one's own account, and the way in": (
        "account_login account_reset_password account_set_password account_email sign_on sign_on_callback "
        "mfa_index mfa_activate_totp mfa_deactivate_totp mfa_authenticate mfa_reauthenticate "
        "mfa_view_recovery_codes mfa_generate_recovery_codes mfa_download_recovery_codes account_logout "
        "account_inactive account_signup account_reauthenticate account_email_verification_sent "
        "account_change_password account_confirm_login_code account_confirm_email "
        "account_reset_password_from_key_done account_reset_password_from_key account_reset_password_done "
        "settings:profile settings:tokens"
    ),
    "an empty form": (
        "customers:new customers:owner customers:tags imports:new imports:template exports:customers audit:export"
    ),
    "colleagues, and no customer": (
        "customers:people people:list people:new people:page people:colleagues people:hand_over people:departure "
        "people:grants people:new_department people:department settings:everybodys_tokens"
    ),
    "figures over many customers, which name none": (
        "segmentation:page segmentation:scheme segmentation:evaluation segmentation:heat_map "
        "segmentation:migration segmentation:versions segmentation:edit"
    ),
    "how the company works": (
        "audit:keeping settings:page settings:roles settings:role settings:fields settings:standards "
        "settings:standard settings:playbook settings:playbook_file settings:calendar settings:deadline "
        "settings:security settings:separation settings:provider settings:about"
    ),
    "before there are customers": "setup:next setup:page setup:demo_progress",
    "samples": "styleguide:page styleguide:choices styleguide:piece",
    "it leaves a line of its own, as an export": "imports:corrections",
}
UNWATCHED: Final = {name: reason for reason, names in _REASONS.items() for name in names.split()}
"""Pages whose look leaves no line, each with the reason."""
