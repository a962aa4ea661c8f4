"""A model of NoSQL Workbench."""
