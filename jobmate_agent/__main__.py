"""``python -m jobmate_agent`` is the ``jobmate`` command."""

from jobmate_agent.cli.main import cli

cli()
