"""A schema of OneTable as JSON."""
