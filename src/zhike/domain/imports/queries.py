"""Reads of batches and their problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from zhike.domain.imports.models import Batch, BatchQuerySet, RowProblem
from zhike.domain.imports.rules.fields import FORMS
from zhike.domain.imports.rules.problems import NOTICES, SENTENCES
from zhike.kernel.errors import Denied, NotFound
from zhike.kernel.scope import Actor, Level
from zhike.kernel.sensitivity import DOTS


def sentence(code: str, parameters: Mapping[str, str | int]) -> str:
    """What a problem's code and parameters say to the reader, in the language that is active."""
    return gettext(SENTENCES[code]) % parameters


def reason(problem: RowProblem, *, is_whole: bool = True) -> str:
    """What a stored problem says to the reader; names out of the file are masked where it is not read whole."""
    hidden = {} if is_whole else dict.fromkeys(problem.parameters.keys() & {"name"}, DOTS)
    return sentence(problem.code, problem.parameters | hidden)


def reads_file(actor: Actor, batch: Batch) -> bool:
    """Whether the actor is shown what stands in the file: its maker, or who may import there and reveal as widely.

    Who looks at the pages as somebody else reveals nothing, hence reads no file.
    """
    if batch.is_of(actor):
        return True
    may_reveal = Level.NONE < actor.level("import", "create") <= actor.level("contact", "reveal")
    return may_reveal and Batch.objects.for_user(actor, "create").filter(pk=batch.pk).exists()


@dataclass(frozen=True, kw_only=True)
class ProblemLine:
    """A problem as people read it; `value` is None where the reader is not shown what stands in the file."""

    row: int
    heading: str
    value: str | None
    reason: str
    is_notice: bool


def refusals(batch: Batch) -> QuerySet[RowProblem]:
    """What kept rows out."""
    return batch.problems.exclude(code__in=NOTICES)


def problems(actor: Actor, batch: Batch, limit: int, *, after: int = 0) -> tuple[list[ProblemLine], int | None]:
    """About `limit` refusals of rows behind `after`, no row torn apart, and the row to go on behind, if any."""
    found = list(refusals(batch).filter(row__gt=after).order_by("row", "pk")[: limit + 1])
    next_after = None
    if len(found) > limit:
        whole = [each for each in found if each.row != found[-1].row] or found
        found, next_after = whole, whole[-1].row
    return problem_lines(actor, batch, found), next_after


def notices(actor: Actor, batch: Batch, limit: int) -> list[ProblemLine]:
    """The first things left out of rows that were taken in."""
    return problem_lines(actor, batch, batch.problems.filter(code__in=NOTICES).order_by("row", "pk")[:limit])


def problem_lines(actor: Actor, batch: Batch, found: Iterable[RowProblem]) -> list[ProblemLine]:
    """Problems of the batch as the actor is shown them."""
    is_whole = reads_file(actor, batch)
    return [
        ProblemLine(
            row=problem.row,
            heading=problem.heading,
            value=problem.value if is_whole else None,
            reason=reason(problem, is_whole=is_whole),
            is_notice=problem.code in NOTICES,
        )
        for problem in found
    ]


def has_written(batch: Batch) -> bool:
    """Whether the batch has made or changed any record."""
    return batch.record_changes.exists()


def mapped_labels(batch: Batch) -> list[str]:
    """What the columns of the preview are called: the fields that have a column, in the order of the kind."""
    return [_(field.label) for field in FORMS[batch.kind].fields if field.name in batch.mapping]


def batches(actor: Actor) -> list[Batch]:
    """The latest batches that the actor may see, the newest first."""
    seen = Batch.objects.for_user(actor, "view").select_related("made_by")
    return list(seen.order_by("-pk")[:200])


def batch(actor: Actor, number: int, action: str = "view") -> Batch:
    """One batch, to do `action` to it. Raises NotFound if unseen, Denied if seen but out of reach."""
    found = Batch.objects.for_user(actor).select_related("made_by", "undone_by").filter(pk=number).first()
    if found is None:
        raise NotFound(_("There is no import %(number)s.") % {"number": number})
    if action != "view" and not Batch.objects.for_user(actor, action).filter(pk=number).exists():
        raise Denied(_("You may see this import, but not do this. Ask whoever made it or your administrator."))
    return found


def batch_to_run(actor: Actor, number: int) -> Batch:
    """One's own batch, to choose its columns and to run it. Raises NotFound if unseen, Denied for anybody else's."""
    found = batch(actor, number, "create")
    refuse_others(actor, found)
    return found


def refuse_others(actor: Actor, batch: Batch) -> None:
    """Raise Denied for anybody but the maker, with whose rights the file is imported."""
    if not batch.is_of(actor):
        raise Denied(_("Only whoever uploaded a file may choose its columns and import it: upload it yourself."))


def interrupted(
    *, kind: str, digest: str, sheet: str, mapping: Mapping[str, str], creates_missing: bool, is_dry_run: bool
) -> Batch | None:
    """The import of the same file in the same way from the command line that was begun and never ended."""
    begun = Batch.objects.unscoped("the command line acts for the system").filter(
        status__in=(Batch.Status.QUEUED, Batch.Status.RUNNING),
        made_by__isnull=True,
        kind=kind,
        digest=digest,
        sheet=sheet,
        creates_missing=creates_missing,
        is_dry_run=is_dry_run,
    )
    return next((each for each in begun.order_by("pk") if each.mapping == dict(mapping)), None)


def torn_batches(moment: datetime) -> list[Batch]:
    """Batches begun before that moment whose file was never kept whole: whoever copied it was killed."""
    rows = Batch.objects.unscoped("what nobody can go on with goes, whoever brought it")
    return list(rows.filter(status=Batch.Status.DRAFT, digest="", made_at__lt=moment).order_by("pk"))


def batches_past(moment: datetime) -> BatchQuerySet:
    """Batches that were made before that moment and with which no worker has anything to do."""
    rows = Batch.objects.unscoped("a period of keeping holds for everybody").filter(made_at__lt=moment)
    return rows.exclude(status__in=Batch.AT_WORK).order_by("pk")
