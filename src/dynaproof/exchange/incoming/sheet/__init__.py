"""A sheet of access patterns: Markdown or CSV."""
