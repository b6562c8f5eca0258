"""The ``jobmate`` command. Every subcommand imports what it needs when it runs, so that ``--help`` is instant."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jobmate_agent.cli import onet as onet_releases
from jobmate_agent.cli import onet_sources
from jobmate_agent.cli.feedback import feedback
from jobmate_agent.cli.schedules import schedules
from jobmate_agent.cli.shell import Group
from jobmate_agent.cli.shell import migrated as _migrated
from jobmate_agent.cli.shell import with_container as _with_container
from jobmate_agent.cli.tokens import tokens
from jobmate_agent.container import Container


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jobmate-agent")
def cli() -> None:
    """JobMate: what you can prove for a job, what is weak, what is missing, what to learn first."""


@cli.command()
@_with_container
def serve(container: Container) -> None:
    """Run the web process and its worker until stopped."""
    from jobmate_agent.background.supervisor import serve as run

    sys.exit(run(_migrated(container).settings))


@cli.command()
@_with_container
def worker(container: Container) -> None:
    """Run one worker process alone, on this database."""
    from jobmate_agent.background.worker import run_worker

    sys.exit(run_worker(_migrated(container).settings))


@cli.group()
def db() -> None:
    """The database schema."""


@db.command("upgrade")
@click.argument("revision", default="head")
@_with_container
def db_upgrade(container: Container, revision: str) -> None:
    """Bring the database to the newest schema, or to REVISION."""
    from jobmate_agent import schema

    schema.upgrade(container.db, revision)
    click.echo(f"Database is at schema {revision}.")


@cli.group()
def taxonomy() -> None:
    """The skill vocabulary."""


@taxonomy.command("load")
@click.option("--force", is_flag=True, help="Even in place of an O*NET release that is served.")
@_with_container
def taxonomy_load(container: Container, force: bool) -> None:
    """Load the starter vocabulary that ships with the code, and publish it."""
    from jobmate_agent.services.onet.publish import require_no_release
    from jobmate_agent.services.vocabulary.starter import read_starter
    from jobmate_agent.services.vocabulary.store import publish

    starter = read_starter()
    with _migrated(container).db.unit_of_work() as session:
        if not force:
            require_no_release(session)
        changed = publish(session, starter)
    state = "Published" if changed else "Already published:"
    click.echo(f"{state} {starter.release}, {len(starter.entries)} skills, version {starter.version[:12]}.")


@cli.group()
def jobs() -> None:
    """The public job catalogue."""


@jobs.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_with_container
def jobs_import(container: Container, file: Path) -> None:
    """Import postings from FILE: JSON lines, or a JSON list, of job objects as in the API."""
    from jobmate_agent.cli.jobs import import_file

    made, updated = import_file(_migrated(container).db, file)
    click.echo(f"{made} jobs added, {updated} updated.")


@cli.group()
def users() -> None:
    """Local accounts."""


@users.command("create")
@click.option("--email", required=True)
@click.option("--name", default="")
@click.password_option()
@_with_container
def users_create(container: Container, email: str, name: str, password: str) -> None:
    """Create an account."""
    from jobmate_agent.cli.users import create

    click.echo(f"Created {create(_migrated(container), email, name, password)}.")


@users.command("list")
@_with_container
def users_list(container: Container) -> None:
    """List accounts: id, e-mail, time of creation."""
    from jobmate_agent.cli.users import rows

    for row in rows(_migrated(container)):
        click.echo("\t".join(row))


@users.command("set-password")
@click.option("--email", required=True)
@click.password_option()
@_with_container
def users_set_password(container: Container, email: str, password: str) -> None:
    """Set a new password and end every session of the account."""
    from jobmate_agent.cli.users import set_password

    set_password(_migrated(container), email, password)
    click.echo("Password set; all sessions ended.")


@cli.group()
def keys() -> None:
    """The key ring that protects stored personal data and tokens."""


@keys.command("new")
def keys_new() -> None:
    """Print a fresh key ring, for JOBMATE_KEYS or a key file."""
    from jobmate_agent.crypto import dump_key_ring, new_key_ring

    click.echo(dump_key_ring(new_key_ring()))


@cli.command("settings")
def settings_table() -> None:
    """Print every setting with its default and meaning, as a Markdown table."""
    from jobmate_agent.cli.settings_table import rows

    for row in rows():
        click.echo(row)


@cli.command()
@click.option("--resume", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--job", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--llm/--no-llm", default=False, help="Let the configured model read both documents.")
@_with_container
def analyze(container: Container, resume: Path, job: Path, llm: bool) -> None:
    """Print the gap report of one resume and one posting; no server, no account."""
    from jobmate_agent.cli.analyze import report

    click.echo(report(container.settings, resume, job, use_llm=llm))


@cli.command()
@click.option("--keep-running", is_flag=True, help="Leave the service up afterwards.")
def demo(keep_running: bool) -> None:
    """Register, upload a sample resume, save sample jobs over HTTP, poll, print the reports."""
    from jobmate_agent.cli.demo import run

    sys.exit(run(keep_running=keep_running))


@cli.group()
def onet() -> None:
    """O*NET releases, and what is joined to their occupations."""


for _command in (*onet_releases.COMMANDS, *onet_sources.COMMANDS):
    onet.add_command(_command)
cli.add_command(schedules)
cli.add_command(tokens)
cli.add_command(feedback)
