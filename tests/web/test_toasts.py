"""What was done is told once, wherever the person lands next, with its way back."""

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from zhike.web.toasts import ToastMiddleware, toast, undo_address


def _request(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers=headers)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def _answer(request: HttpRequest, response: HttpResponse) -> str:
    def view(_request: HttpRequest) -> HttpResponse:
        toast(request, "Moved to 孙悦.", undo="/undo/7/")
        return response

    return ToastMiddleware(view)(request).content.decode()


def test_a_part_of_a_page_brings_its_message_along() -> None:
    content = _answer(_request(**{"HX-Request": "true"}), HttpResponse("<p>part</p>"))
    assert content.startswith("<p>part</p>")
    assert 'hx-swap-oob="beforeend"' in content
    assert "Moved to 孙悦." in content
    assert 'data-undo="/undo/7/"' in content


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Boosted": "true"}])
def test_a_whole_page_shows_its_messages_itself(headers: dict[str, str]) -> None:
    request = _request(**headers)
    assert _answer(request, HttpResponse("page")) == "page"
    assert [str(message) for message in messages.get_messages(request)] == ["Moved to 孙悦."]


@pytest.mark.parametrize("name", ["HX-Redirect", "HX-Refresh", "HX-Location"])
def test_a_message_waits_where_the_browser_is_sent_on(name: str) -> None:
    request = _request(**{"HX-Request": "true"})
    assert _answer(request, HttpResponse(headers={name: "/next/"})) == ""
    assert len(list(messages.get_messages(request))) == 1


def test_a_message_waits_behind_a_redirect() -> None:
    request = _request(**{"HX-Request": "true"})
    assert _answer(request, HttpResponseRedirect("/next/")) == ""
    assert len(list(messages.get_messages(request))) == 1


def test_a_message_without_a_way_back_has_no_address() -> None:
    request = _request()
    toast(request, "Done.")
    assert [undo_address(message) for message in messages.get_messages(request)] == [""]
