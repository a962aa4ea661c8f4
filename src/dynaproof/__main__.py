"""``python -m dynaproof``."""

from dynaproof.cli import main

main(prog_name="dynaproof")
