"""What every answer tells the browser to be careful about: pages, fragments, the API, files, and errors alike."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: What no page of ours asks the device for.
_POWERS = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone",
    "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
)  # fmt: skip

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{power}=()" for power in _POWERS),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    # Answers hold people's data; files that hold none say themselves how long they keep.
    "Cache-Control": "no-store",
}
STRICT_TRANSPORT: Final = "max-age=31536000; includeSubDomains"


class HeaderMiddleware:
    """Stands outermost, so that answers of other middleware bear the headers too.

    Where a proxy speaks HTTPS for this server, the browser is told to ask for nothing else; the settings know that
    (`ZHIKE_HTTPS=1`), because the request itself comes from the proxy in the clear.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.SESSION_COOKIE_SECURE:
            response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
        return response
