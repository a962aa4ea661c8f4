"""A definition proved and run again and again while it is written."""
