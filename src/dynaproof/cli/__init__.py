"""The command line: options become one call of the API, its outcome an exit status.

0 all held, 1 an expectation broken or an answer wrong, 2 bad input, 3 environment. Only click is imported here;
everything else when a command needs it, so that ``--help`` is quick.
"""

from __future__ import annotations

import click

from dynaproof.cli.baseline_command import baseline
from dynaproof.cli.check_command import check, schema
from dynaproof.cli.conformance_command import conformance
from dynaproof.cli.diff_command import diff
from dynaproof.cli.explain_command import explain
from dynaproof.cli.export_command import export
from dynaproof.cli.generate_command import generate
from dynaproof.cli.import_command import import_
from dynaproof.cli.interface import Interface
from dynaproof.cli.new_command import new
from dynaproof.cli.notebook_command import notebook
from dynaproof.cli.prove_command import prove
from dynaproof.cli.query_command import query
from dynaproof.cli.report_command import report
from dynaproof.cli.run_command import run
from dynaproof.cli.server_commands import server
from dynaproof.cli.table_commands import tables
from dynaproof.cli.watch_command import watch
from dynaproof.version import __version__

HELP = """Model, run and validate DynamoDB access patterns on the real DynamoDB Local.

\b
dynaproof check patterns/cruddur.yaml     what can be found without a server
dynaproof run patterns/cruddur.yaml       facts, items, tables, patterns, capacity
dynaproof prove patterns/cruddur.yaml     facts that break the model

\b
Exit status: 0 all held, 1 an expectation broken or an answer wrong, 2 a
definition or option is wrong, 3 Java, network, server or endpoint.
"""


@click.group(cls=Interface, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="dynaproof %(version)s")
def main() -> None:
    """All commands."""


for _command in (
    baseline,
    check,
    conformance,
    diff,
    explain,
    export,
    generate,
    import_,
    new,
    notebook,
    prove,
    query,
    report,
    run,
    schema,
    server,
    tables,
    watch,
):
    main.add_command(_command)
