"""What the guide tells about the API is true."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.api.conftest import Program, rows_of
from tests.api.test_requests import operations
from tests.cast import Cast
from zhike.domain.accounts.models import User

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "api.md").read_text()
SNIPPETS = "".join(re.findall(r"```sh\n(.*?)```", GUIDE, flags=re.DOTALL))
CALLS = re.findall(r"^curl .*?(?=^curl |^export |\Z)", SNIPPETS, flags=re.DOTALL | re.MULTILINE)


def test_every_address_stands_in_the_guide() -> None:
    told = {re.sub(r"{\w+}", "{id}", address) for address in re.findall(r"`(/[\w/{}.-]+)`", GUIDE)}
    assert {re.sub(r"{\w+}", "{id}", path.removeprefix("/api/v1")) for _method, path in operations()} <= told


@pytest.mark.parametrize("text", [text for text in CALLS if "imports/" not in text])
def test_every_call_of_the_guide_is_answered(cast: Cast, program: Callable[[User], Program], text: str) -> None:
    words = shlex.split(text)
    call, ids = program(cast.zhao), rows_of(program(cast.li), cast.li, cast.precision)
    address = urlsplit(next(word for word in words if word.startswith("$ZHIKE")).removeprefix("$ZHIKE"))
    body = words[words.index("-d") + 1] if "-d" in words else None
    if body and "customer_id" in body:
        body = json.dumps(json.loads(body) | {"customer_id": ids["customer_id"]})
    answer = call("POST" if body else "GET", f"{address.path}?{address.query}", body)
    assert answer.status in {200, 201}
    assert answer.document.get("refused", []) == []


def test_the_document_that_the_guide_names_is_there(cast: Cast) -> None:
    assert Client().get("/api/v1/openapi.json").status_code == 200
