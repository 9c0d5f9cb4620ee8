"""Who may open a page at all; which rows they see on it is the business of the scoped managers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from zhike.kernel.errors import Denied
from zhike.web.http import StaffRequest

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def requires(
    kind: str, action: str, *, to_change: str = ""
) -> Callable[[Callable[Concatenate[StaffRequest, P], R]], Callable[Concatenate[StaffRequest, P], R]]:
    """Let through only those whose role may do `action` to some record of the kind.

    `to_change` names the action that unsafe methods (POST, DELETE) want instead.
    """

    def guard(view: Callable[Concatenate[StaffRequest, P], R]) -> Callable[Concatenate[StaffRequest, P], R]:
        @wraps(view)
        def guarded(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            is_change = request.method not in {"GET", "HEAD", "OPTIONS"}
            if not request.user.may(kind, to_change if is_change and to_change else action):
                raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
            return view(request, *args, **kwargs)

        return guarded

    return guard
