"""Lists that a command prints are on the trail before the first row, whatever becomes of the rest."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from tests.cast import NOW, Cast
from zhike.domain.commitments.models import Commitment
from zhike.flows.playbooks import adopt, read
from zhike.kernel import trail
from zhike.kernel.models import Activity


class Head(io.StringIO):
    """A reader that has read enough before the first row."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize(("command", "kind", "rows"), [("customers", "export", 4), ("commitments", "commitment", 1)])
def test_who_reads_the_first_row_alone_leaves_a_line_too(cast: Cast, command: str, kind: str, rows: int) -> None:
    adopt(read("b2b-abc"), now=NOW, actor=None)
    Commitment.objects.create(customer=cast.tide, owner=cast.sun, content="x", due_at=NOW, created_at=NOW)
    call_command(command, "--reason", "审计抽查", stdout=Head())
    line: Any = Activity.objects.get(verb="exported")
    assert (line.kind, line.actor, line.note) == (kind, None, "")
    assert trail.whole_changes([line])[line.pk] == {"rows": [None, rows], "reason": [None, "审计抽查"]}
