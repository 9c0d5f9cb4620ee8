"""Money is a whole number of minor units (分); these functions turn it into what people read."""


def yuan(minor: int) -> str:
    """`120050` → `¥1,200.50`; whole yuan lose the decimals: `120000` → `¥1,200`."""
    sign = "-" if minor < 0 else ""
    whole, cents = divmod(abs(minor), 100)
    return f"{sign}¥{whole:,}" + (f".{cents:02d}" if cents else "")


def decimal_string(minor: int) -> str:
    """`120050` → `1200.50`: the form for files and the API, exact and free of separators."""
    sign = "-" if minor < 0 else ""
    whole, cents = divmod(abs(minor), 100)
    return f"{sign}{whole}.{cents:02d}"
