"""What was read, as people see it: the preview shows values as they were understood, not as they stand in the file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhike.domain.imports.rules.fields import Field, FieldType
from zhike.kernel.money import yuan


def shown(field: Field, value: Any) -> str:
    """A value of the field in words: `¥1,200.50`, `2024-03-05 14:30`, `企业`, `12.5%`; nothing for None."""
    if value is None:
        return ""
    match field.type:
        case FieldType.AMOUNT:
            return yuan(value)
        case FieldType.PERCENT:
            return f"{value.normalize():f}%"
        case FieldType.YES_NO:
            return "✓" if value else "✗"
        case FieldType.CHOICE:
            return field.choices[value][0] if value in field.choices else str(value)
        case FieldType.TAGS:
            return "、".join(value)
        case FieldType.QUANTITY | FieldType.PRICE:
            return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)
