"""Two definitions compared: patterns, tables, items, and what a change needs on a live table."""
