"""Refuses a request by its address and by what it says of its size, before its body has been read."""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse

from zhike.gateways.spreadsheets.limits import BROWSER, MEGABYTE

#: A file of the largest size, and the form around it.
LARGEST = BROWSER.file_size + MEGABYTE


class UnknownLength(SuspiciousOperation):
    """A body that comes in pieces and does not say how long it will be."""


class SizeMiddleware:
    """Lets no body in that is larger than the largest file, nor one that keeps its length to itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Raise what the error pages answer with 404, 413 and 411."""
        if "\0" in request.path_info:
            raise Http404  # no record has such a name, and not every database can even be asked for it
        length = request.META.get("CONTENT_LENGTH") or ""
        if length and (not length.isascii() or not length.isdecimal()):
            raise SuspiciousOperation("the length of the body is not a number")
        if not length and "HTTP_TRANSFER_ENCODING" in request.META:
            raise UnknownLength("the body does not say how long it is")
        if length and int(length) > LARGEST:
            raise RequestDataTooBig(f"a body of {length} bytes")
