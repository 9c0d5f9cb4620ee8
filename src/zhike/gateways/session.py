"""The gate for libraries that speak through `requests`: every request of such a session is judged like our own."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from zhike.gateways.outbound import Rules, send
from zhike.kernel.errors import Refused


def session(rules: Rules) -> requests.Session:
    """A session that goes out through the gate, redirects too; what the gate refuses is a ConnectionError."""
    found = requests.Session()
    found.trust_env = False
    for scheme in ("https://", "http://"):
        found.mount(scheme, _Gate(rules))
    return found


class _Gate(BaseAdapter):
    """Carries requests through `outbound.send`."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules

    def send(self, request: requests.PreparedRequest, *_args: Any, **_options: Any) -> requests.Response:
        body: Any = request.body or b""
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() != "accept-encoding"}
        try:
            reply = send(
                request.url or "",
                method=request.method or "GET",
                headers=headers,
                body=body.encode() if isinstance(body, str) else body,
                rules=self._rules,
            )
        except Refused as refusal:
            raise requests.ConnectionError(refusal.sentence, request=request) from refusal
        response = requests.Response()
        response.status_code, response.headers = reply.status, CaseInsensitiveDict(reply.headers)
        response.url, response.request = request.url or "", request
        response.encoding = "utf-8"
        response._content, response._content_consumed = reply.body, True
        return response

    def close(self) -> None:
        """Nothing stays open between requests."""
