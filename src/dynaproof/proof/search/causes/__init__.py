"""Likely causes of counterexamples, found by reading the same tables in other ways."""
