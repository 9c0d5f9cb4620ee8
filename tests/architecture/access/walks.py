"""All walks by name: each address, and whatever else acts on behalf of somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tests.architecture.access import commands, jobs, looking, queue, separation, tokens, undoing
from tests.architecture.access.operations import OPERATIONS
from tests.architecture.access.pages import PAGES
from tests.architecture.access.walking import cells
from tests.architecture.access.world import World

Walk = Callable[[World], Iterator[list[str]]]
"""Goes through its cells; for each, a sentence for everything that is not as the rules say."""

WALKS: Mapping[str, Walk] = {
    **{way.name: partial(cells, way=way) for way in (*PAGES, *OPERATIONS)},
    **{f"a file of {kind}s": partial(jobs.cells, kind=kind) for kind in jobs.KINDS},
    **{f"zhike {name}": partial(commands.cells, name=name) for name in commands.COMMANDS},
    **{f"the schedule: {name}": partial(queue.cells_of_schedule, name=name) for name in queue.SCHEDULED},
    **{f"the queue: {name}": partial(queue.cells_of_requests, name=name) for name in queue.QUEUED},
    **{f"a waiting file of {kind}s": partial(queue.cells_of_files, kind=kind) for kind in queue.FILES},
    **{f"taking back {kind}s": partial(undoing.cells, kind=kind) for kind in queue.FILES},
    **{name: partial(tokens.cells, way=way) for name, way in tokens.WALKED.items()},
    "tokens that have ended": tokens.cells_of_ended,
    **{name: partial(looking.cells, way=way) for name, way in looking.WALKED.items()},
    "looking as another": looking.cells_of_beginning,
    **{f"three administrators: {task}": partial(separation.cells, task=task) for task in separation.TASKS},
}
