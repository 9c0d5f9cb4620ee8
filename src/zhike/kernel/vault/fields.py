"""Model fields that are sealed in the database and plain on the instance, opened when somebody looks.

    class Person(SealedModel):
        uuid = row_uuid()
        phone = SealedCharField(max_length=40, purpose="customers")
        phone_index = BlindIndexField(of="phone", kind="phone")

A value is bound to its table, its column and its row, which `identity` names: fields of the same model that never
change, by default `uuid`. What is empty stays empty. The database can neither compare nor sort such columns: looking
one up is a programming error, and `.values()` gives things that cannot be used.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias
from uuid import UUID, uuid4

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from zhike.kernel.vault.cipher import MARK, Cipher, Tampered, VaultError
from zhike.kernel.vault.index import indexed
from zhike.kernel.vault.keys import ring

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:  # Django's own class takes no such arguments
    _Field = models.Field

_CLOSED: Final = object()


def row_uuid() -> models.UUIDField[Any, Any]:
    """The column by which sealed values know their row."""
    return models.UUIDField(default=uuid4, editable=False)


class Sealed:
    """A value as the database gave it. Nothing but its field opens it; every other use is a programming error."""

    __slots__ = ("is_expected", "text", "value")

    def __init__(self, text: str) -> None:
        self.text = text
        self.value: Any = _CLOSED
        self.is_expected: bool | None = None

    def __repr__(self) -> str:
        return "<sealed>"

    def _unusable(self, *_others: object) -> Any:
        raise VaultError("a sealed value was read past its field: load the row and read its attribute instead")

    __str__ = __format__ = __bool__ = __len__ = __iter__ = __lt__ = _unusable
    __eq__ = __hash__ = _unusable


class _Ciphertext(str):
    """What may be written to a sealed column."""

    __slots__ = ()


class _Opener(DeferredAttribute):
    """The attribute of a sealed field: opens the value for whoever reads it, and keeps it open for this instance."""

    field: SealedField

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, _CLOSED)
        if value is _CLOSED:
            value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            if value.value is _CLOSED:
                value.value = self.field.opened(value, instance)
            return value.value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        held = instance.__dict__.get(self.field.attname)
        if isinstance(value, Sealed):
            value.is_expected = self.field.is_sealed(instance.__dict__)
        elif isinstance(held, Sealed) and type(held.value) is type(value) and held.value == value:
            return
        instance.__dict__[self.field.attname] = value


class Placed(_Field):
    """What rotation has to know of a column: the purpose of its key, and where each of its values belongs."""

    column: str

    def __init__(self, *args: Any, purpose: str, identity: Sequence[str] = ("uuid",), **kwargs: Any) -> None:
        self.purpose, self.identity = purpose, tuple(identity)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"purpose": self.purpose, "identity": self.identity}

    def place(self, identity: Iterable[object]) -> bytes:
        """Where a value belongs: table, column and row."""
        row = ".".join(each.hex if isinstance(each, UUID) else str(each) for each in identity)
        return f"{self.model._meta.db_table}.{self.column}.{row}".encode()


class SealedField(Placed):
    """What the kinds of sealed fields share. `sealed_when` names a field and its value: other rows stay plain."""

    descriptor_class = _Opener
    unsealed: ClassVar[tuple[str, ...]] = ("",)
    """Texts that hide nothing and are stored as they are."""

    def __init__(self, *args: Any, sealed_when: tuple[str, str] | None = None, **kwargs: Any) -> None:
        self.sealed_when = sealed_when
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"sealed_when": self.sealed_when} if self.sealed_when else {})

    def get_internal_type(self) -> str:
        return "TextField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "text"

    def db_check(self, connection: BaseDatabaseWrapper) -> None:
        return None

    # From a value to what is stored, and back.

    def dump(self, value: Any) -> str:
        """The value as text."""
        return str(value)

    def load(self, text: str) -> Any:
        """The value of a text."""
        return text

    def is_empty(self, value: Any) -> bool:
        """Whether there is nothing to hide."""
        return value is None or value == ""

    def stored_empty(self, value: Any) -> str | None:
        """How nothing is stored."""
        return "" if value == "" else None

    def is_sealed(self, row: dict[str, Any]) -> bool | None:
        """Whether the value of such a row is sealed; None where the row does not tell."""
        if self.sealed_when is None:
            return True
        name, value = self.sealed_when
        return row[name] == value if name in row else None

    def seal(self, value: Any, identity: Iterable[object]) -> str:
        """The value as it is stored in one row."""
        return self.seal_text(self.dump(value), identity)

    def seal_text(self, text: str, identity: Iterable[object]) -> str:
        """The value that has been made a text already."""
        return ring.sealing(self.purpose).seal(text.encode(), self.place(identity))

    def open(self, text: str, identity: Iterable[object]) -> Any:
        """The value of one row, from what is stored. Raises Tampered."""
        return self.load(ring.opening(self.purpose, text).open(text, self.place(identity)).decode())

    def opened(self, sealed: Sealed, instance: models.Model) -> Any:
        """The value of an instance. Raises Tampered also where a sealed one stands for a plain one or the reverse."""
        is_marked = sealed.text[:1] == MARK
        if sealed.is_expected is not None and is_marked != sealed.is_expected:
            raise Tampered(f"{self.model._meta.db_table}.{self.column} is not as it was stored")
        return self.open(sealed.text, self._identity_of(instance)) if is_marked else sealed.text

    def _identity_of(self, instance: models.Model) -> list[object]:
        return [getattr(instance, name) for name in self.identity]

    # What Django asks.

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        if value is None or value == "":
            return value
        return Sealed(value)

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        held = instance.__dict__.get(self.attname)
        is_wanted = self.is_sealed({name: getattr(instance, name) for name in self.condition()})
        if isinstance(held, Sealed) and self._may_stay(held, is_sealed=bool(is_wanted)):
            return _Ciphertext(held.text)
        value = self.to_python(getattr(instance, self.attname))
        return self.prepared(value, self._identity_of(instance), is_sealed=bool(is_wanted))

    def _may_stay(self, held: Sealed, *, is_sealed: bool) -> bool:
        """Whether what was read can be stored again as it is; not so where keys have been rotated since."""
        if (held.text[:1] == MARK) != is_sealed or self._may_differ(held):
            return False
        return not is_sealed or ring.is_current(self.purpose, held.text)

    def _may_differ(self, held: Sealed) -> bool:
        """Whether an opened value can have been changed in place."""
        return False

    def condition(self) -> tuple[str, ...]:
        """The field that decides whether a row is sealed, if one does."""
        return (self.sealed_when[0],) if self.sealed_when else ()

    def prepared(self, value: Any, identity: Iterable[object], *, is_sealed: bool = True) -> Any:
        """What is written for a value."""
        if self.is_empty(value):
            empty = self.stored_empty(value)
            return empty if empty is None else _Ciphertext(empty)
        if is_sealed:
            return _Ciphertext(self.seal(value, identity))
        if value[:1] == MARK:
            raise VaultError(f"{self.name} begins like a sealed value")
        return _Ciphertext(value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "" or isinstance(value, _Ciphertext):
            return value
        raise VaultError(f"{self.name} is sealed: write it by saving its row, and look it up by its blind index")

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        value = self.get_prep_value(value)
        return None if value is None else str(value)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return self.get_db_prep_value(value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise VaultError(f"{self.name} is sealed: the database cannot compare it; use its blind index or the search")

    def get_transform(self, lookup_name: str) -> Any:
        raise VaultError(f"{self.name} is sealed: the database cannot look into it")


class SealedCharField(SealedField, models.CharField):  # type: ignore[type-arg]  # Django has no such arguments
    """A line of text."""


class SealedEmailField(SealedField, models.EmailField):  # type: ignore[type-arg]
    """An e-mail address."""


class SealedTextField(SealedField, models.TextField):  # type: ignore[type-arg]
    """A text."""


class SealedDateField(SealedField, models.DateField):  # type: ignore[type-arg]
    """A day."""

    def dump(self, value: Any) -> str:
        return str(value.isoformat())

    def load(self, text: str) -> Any:
        return date.fromisoformat(text)


class SealedJSONField(SealedField, models.JSONField):
    """What JSON can hold. An empty object or list is nothing to hide."""

    unsealed = ("{}", "[]")

    def dump(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=self.encoder)

    def load(self, text: str) -> Any:
        return json.loads(text, cls=self.decoder)

    def is_empty(self, value: Any) -> bool:
        return value is None or value in ({}, [])

    def stored_empty(self, value: Any) -> str | None:
        return None if value is None else self.dump(value)

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return self.load(value) if value in self.unsealed else super().from_db_value(value, expression, connection)

    def _may_differ(self, held: Sealed) -> bool:
        return held.value is not _CLOSED


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """By what a sealed field `of` the same model is found: written with it, and never by hand."""

    def __init__(
        self, *args: Any, of: str, kind: str, indexed_when: tuple[str, str] | None = None, **kwargs: Any
    ) -> None:
        self.of, self.kind, self.indexed_when = of, kind, indexed_when
        kwargs |= {"max_length": 32, "blank": True, "default": "", "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "blank", "default", "editable"):
            kwargs.pop(implied, None)
        kwargs |= {"of": self.of, "kind": self.kind}
        if self.indexed_when:
            kwargs["indexed_when"] = self.indexed_when
        return name, path, args, kwargs

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        is_wanted = self.indexed_when is None or getattr(instance, self.indexed_when[0]) == self.indexed_when[1]
        present = getattr(instance, self.attname)
        if is_wanted and present and isinstance(instance.__dict__.get(self.of), Sealed):
            return present
        index = indexed(self.kind, getattr(instance, self.of)) if is_wanted else ""
        setattr(instance, self.attname, index)
        return index


class SealedModel(models.Model):
    """A model with sealed fields: what is written with them is saved with them."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        super().save(*args, update_fields=with_companions(type(self), update_fields), **kwargs)


def with_companions(model: type[models.Model], names: Iterable[str] | None) -> list[str] | None:
    """The named fields, and those that must be written with them: blind indexes, and what is sealed by a condition."""
    if names is None:
        return None
    named = list(names)
    for field in model._meta.concrete_fields:
        condition = getattr(field, "sealed_when", None)
        if condition and condition[0] in named and field.name not in named:
            named.append(field.name)
    for field in model._meta.concrete_fields:
        if isinstance(field, BlindIndexField) and field.of in named and field.name not in named:
            named.append(field.name)
    return named


def placed_fields(model: type[models.Model]) -> list[Placed]:
    """The columns of a model that hold sealed values."""
    return [field for field in model._meta.concrete_fields if isinstance(field, Placed)]


_Column: TypeAlias = tuple[int, SealedField, list[int], Cipher]


def seal_columns(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterable[Sequence[Any]]:
    """Rows of plain values, in the order of `fields`, with those of sealed fields as they are stored."""
    places = {name: index for index, name in enumerate(fields)}
    found: list[_Column] = []
    for index, name in enumerate(fields):
        field = model._meta.get_field(name)
        if isinstance(field, SealedField):
            identity = [places.get(each, places.get(each.removesuffix("_id"), -1)) for each in field.identity]
            if -1 in identity or field.sealed_when:
                raise VaultError(f"{model.__name__}.{name} cannot be sealed in rows without {field.identity}")
            # Taken before the first row: while rows go in by COPY, the connection answers nobody.
            found.append((index, field, identity, ring.sealing(field.purpose)))
            # The key is looked up now: while rows are copied to PostgreSQL, the connection answers nobody else.
            ring.sealing(field.purpose)
    return _sealed_rows(rows, found) if found else rows


def _sealed_rows(rows: Iterable[Sequence[Any]], fields: Sequence[_Column]) -> Iterable[Sequence[Any]]:
    for row in rows:
        values = list(row)
        for index, field, identity, cipher in fields:
            value = values[index]
            text = field.dump(value) if value is not None and not isinstance(value, str) else value
            if text and text not in field.unsealed:
                text = cipher.seal(text.encode(), field.place([row[each] for each in identity]))
            values[index] = text
        yield values
