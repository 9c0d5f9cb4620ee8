"""What a file has written is taken back later: with the rights that are left by then to whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.architecture.access.commands import own_place
from tests.architecture.access.queue import IMPORTERS, LOST, waiting, written_about
from tests.architecture.access.reference import NONE, level
from tests.architecture.access.walking import restored
from tests.architecture.access.world import World
from tests.cast import NOW
from zhike.domain.accounts.models import User
from zhike.domain.imports import services
from zhike.flows import intake


def cells(world: World, kind: str) -> Iterator[list[str]]:
    """What a file has written is taken back with the rights that whoever asked for it has by then."""
    for name in IMPORTERS:
        for lost, lose in LOST.items():
            with own_place(world), restored():
                world.step_into(name)
                batch = waiting(world, name, kind)
                assert intake.run_next_batch(clock=lambda: NOW)
                written = written_about(kind)
                person = world.persons[name]
                if level(person, "import", "delete") == NONE:
                    continue
                user = User.objects.get(pk=world.users[name].pk).at(NOW)
                batch.refresh_from_db()
                services.queue_undo(batch=batch, actor=user, now=NOW)
                lose(user)
                assert intake.run_next_batch(clock=lambda: NOW)
                left = written_about(kind)
            wanted = set() if lost == "nothing" else written
            told = f"taking back {kind}s · {name} · without {lost}: {sorted(left)} of {sorted(written)} left"
            yield [] if left == wanted else [told]
