"""Reading what people write in cells: columns known by their headings, every cell made a value or a problem."""
