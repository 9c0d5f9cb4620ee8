"""Writes that may be sent twice: with an `Idempotency-Key` the second one gets the first one's answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Schema

from zhike.api.security import CallerRequest
from zhike.kernel import answers, clock
from zhike.kernel.errors import Denied

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="Makes this write safe to repeat.",
    ),
]


def answer_once(
    request: CallerRequest,
    key: str | None,
    perform: Callable[[], tuple[int, Schema]],
    *,
    right: tuple[str, str],
    find: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Carry the write out, which gives status and document, or give the answer that its key got before.

    The first answer is given again to whoever has the `right` still and sees what `find` looks up of the document.
    Raises Denied, and NotFound as `find` does.
    """

    def permit(body: str) -> None:
        find(json.loads(body))
        if not request.auth.may(*right):
            raise Denied(_("Your role does not include this. Ask your administrator if you need it."))

    def performed() -> tuple[int, str]:
        status, document = perform()
        return status, document.model_dump_json()

    if key is None:
        status, body = performed()
    else:
        asked = f"{request.method} {request.path}\n{request.body.decode(errors='replace')}"
        status, body = answers.once(
            actor=request.auth, key=key, request=asked, now=clock.now(), perform=performed, permit=permit
        )
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
