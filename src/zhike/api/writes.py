"""Writes that may be sent twice: with an `Idempotency-Key` the second one gets the first one's answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from django.http import HttpResponse
from ninja import Header, Schema

from zhike.api.security import CallerRequest
from zhike.kernel import answers, clock

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="Makes this write safe to repeat.",
    ),
]


def answer_once(request: CallerRequest, key: str | None, perform: Callable[[], tuple[int, Schema]]) -> HttpResponse:
    """Carry the write out, which gives status and document, or give the answer that its key got before."""

    def performed() -> tuple[int, str]:
        status, document = perform()
        return status, document.model_dump_json()

    if key is None:
        status, body = performed()
    else:
        asked = f"{request.method} {request.path}\n{request.body.decode(errors='replace')}"
        status, body = answers.once(actor=request.auth, key=key, request=asked, now=clock.now(), perform=performed)
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
