"""Pure: tables and numbers in, tables and numbers out. Expressions are described here and run in the warehouse."""
