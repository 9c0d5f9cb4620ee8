"""A piece of a page, opened by itself in a browser, leads to the page that it belongs to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve


class PieceMiddleware:
    """Redirects from pieces to the nearest page above them in the tree of addresses.

    The view has answered by then: what a person may not see is refused there, as ever. Browsers say that they want a
    page (`Accept: text/html`); scripts, who put pieces together, and programs do not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _wants_a_page(request) and response.status_code == 200 and _is_piece(response):
            return redirect(_page_above(request.path_info))
        return response


def _wants_a_page(request: HttpRequest) -> bool:
    is_script = request.headers.get("HX-Request") == "true"
    return request.method == "GET" and not is_script and "text/html" in request.headers.get("Accept", "")


def _is_piece(response: HttpResponse) -> bool:
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return False
    return not response.content[:200].lstrip().lower().startswith(b"<!doctype html")


def _page_above(path: str) -> str:
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path
