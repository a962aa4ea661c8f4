"""Baselines: what access patterns cost, taken without a server, and compared with each other."""
