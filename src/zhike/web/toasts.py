"""A line of what happened, at the foot of the screen, with a way back where there is one."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.text import Truncator

UNDO = "undo:"
MOST_OF_A_NAME = 30


def toast(request: HttpRequest, sentence: str, *, undo: str = "", level: int = messages.SUCCESS) -> None:
    """Tell the person what was done; `undo` is an address that takes it back when posted to."""
    messages.add_message(request, level, sentence, extra_tags=UNDO + undo if undo else "")


def briefly(name: str) -> str:
    """A name as a sentence at the foot of the screen can bear it."""
    return Truncator(name).chars(MOST_OF_A_NAME)


def undo_address(message: Message) -> str:
    """The address that takes back what the message tells of, or nothing."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


class ToastMiddleware:
    """Append waiting messages to answers that replace part of a page; whole pages render them in their frame."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the messages out of band, unless the answer sends the browser elsewhere, where they will be shown."""
        response = self.get_response(request)
        is_fragment = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
        moves_on = any(name in response for name in ("HX-Redirect", "HX-Refresh", "HX-Location", "Location"))
        if is_fragment and not moves_on and not response.streaming:
            waiting = list(messages.get_messages(request))
            if waiting:
                fragment = render_to_string("frame/_toasts.html", {"messages": waiting, "oob": True}, request)
                response.content += fragment.encode(response.charset or "utf-8")
        return response
