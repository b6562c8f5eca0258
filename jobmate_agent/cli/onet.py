"""``jobmate onet load|publish|rollback|releases|report|changes|discard|prune``: releases from files to readers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import sqlalchemy as sa

from jobmate_agent.background.alerts import GATE_REFUSED
from jobmate_agent.cli.progress import ProgressBar
from jobmate_agent.cli.shell import migrated, with_container
from jobmate_agent.container import Container
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import OnetRelease
from jobmate_agent.models.landing import OnetLoad, QuarantinedRow

if TYPE_CHECKING:
    from jobmate_agent.services.onet.publish import MakeIndex

_LOAD_ID = click.IntRange(1, 2**31 - 1)
_PATH = click.Path(exists=True, path_type=Path)


@click.command("load")
@click.argument("path", type=_PATH)
@click.option("--version", help="O*NET's version, where neither Read Me.txt nor the name says it.")
@click.option("--dry-run", is_flag=True, help="Say what would change against the published release; keep nothing.")
@click.option(
    "--publish/--no-publish",
    "and_publish",
    default=None,
    help="Serve the release if it passes the gate; without either, if it is newer than the served one.",
)
@with_container
def load(container: Container, path: Path, version: str | None, dry_run: bool, and_publish: bool | None) -> None:
    """Load a release from PATH: a folder or a zip of O*NET's text files."""
    if dry_run:
        _try_out(migrated(container), path, version)
    else:
        load_path(migrated(container), path, version=version, and_publish=and_publish)


def load_path(container: Container, path: Path, *, version: str | None = None, and_publish: bool | None = None) -> None:
    """Land, normalise, gate; then publish, if it is newer than what is served (or as ``and_publish`` says).

    A refusal is an error.
    """
    from jobmate_agent.services.onet import publish
    from jobmate_agent.services.onet.pipeline import load_release
    from jobmate_agent.services.onet.sources import open_source

    with ProgressBar() as bar:
        done = load_release(container.db, open_source(path), version=version, progress=bar)
    click.echo(done.report.summary())
    if not done.report.passed:
        where = f"Nothing was published. The whole report: jobmate onet report --load {done.load_id}"
        container.alerts.alert(GATE_REFUSED, f"{done.report.summary()} {where}", {"load_id": done.load_id})
        raise JobMateError("gate_refused", where)
    with container.db.reading() as session:
        release = session.get_one(OnetRelease, done.release_id)
        if and_publish is None and not (and_publish := publish.is_news(session, release.id)):
            served = session.get_one(OnetRelease, publish.served_id(session))
            click.echo(f"{served.name} is served, and {release.name} is not newer, so it was not published.")
    if and_publish:
        _publish(container, release.id)
    else:
        click.echo(f"Publish it with: jobmate onet publish {release.version}")


def _try_out(container: Container, path: Path, version: str | None) -> None:
    """Load a release, say what would change, and forget it, whatever happens; one that was loaded before stays."""
    from jobmate_agent.services.onet import changes, discard, publish
    from jobmate_agent.services.onet.pipeline import load_release
    from jobmate_agent.services.onet.sources import open_source

    source = open_source(path)
    with container.db.reading() as session:
        known = set(session.scalars(sa.select(OnetLoad.id)))
    try:
        with ProgressBar() as bar:
            done = load_release(container.db, source, version=version, progress=bar)
        click.echo(done.report.summary() if done.report.passed else done.report.markdown())
        with container.db.reading() as session:
            click.echo(changes.markdown(changes.compare(session, publish.served_id(session), done.release_id)))
        if done.load_id in known:
            click.echo("The release was loaded before, so it stays.")
    finally:
        with container.db.reading() as session:
            ours = session.scalars(sa.select(OnetLoad.id).where(OnetLoad.source == source.label[-500:])).all()
        for load_id in sorted(set(ours) - known):
            discard.discard(container.db, load_id)
            click.echo("Nothing was kept, except the permanent ids of codes and skills that were new.")
    if not done.report.passed:
        raise JobMateError("gate_refused", "The quality gate refuses this release. Nothing was published.")


@click.command("publish")
@click.argument("version", required=False)
@with_container
def publish_command(container: Container, version: str | None) -> None:
    """Serve the loaded release VERSION; without one, the one loaded last, if it is newer than what is served."""
    from jobmate_agent.services.onet import publish

    with migrated(container).db.reading() as session:
        release = publish.find(session, version, ready_first=True)
        if version is None and not publish.is_news(session, release.id):
            raise JobMateError(
                "not_newer",
                f"{release.name} was loaded last and is not newer than what is served. To serve it all the same: "
                f"jobmate onet publish {release.version}",
                status=409,
            )
    _publish(container, release.id)


@click.command("rollback")
@click.option("--to", "version", help="This version, which was served once, instead of the one before.")
@with_container
def rollback(container: Container, version: str | None) -> None:
    """Serve the release that was served before."""
    from jobmate_agent.services.onet import publish

    with ProgressBar() as bar:
        name = publish.rollback(migrated(container).db, _indexer(container, bar), version)
    click.echo(f"Serving {name} again.")


@click.command("releases")
@with_container
def releases(container: Container) -> None:
    """List releases: id, load, name, date, state, when it was served last from; then loads that became none."""
    from jobmate_agent.services.onet import publish

    with migrated(container).db.reading() as session:
        found = publish.releases(session)
    for one in found:
        state = "refused" if one.load_state == "refused" else one.state
        since = one.published_at.isoformat(timespec="minutes") if one.published_at else ""
        day = one.released_on.isoformat() if one.released_on else ""
        ids = ["–" if number is None else str(number) for number in (one.id, one.load_id)]
        click.echo("\t".join([ids[0], f"load {ids[1]}", one.name, day, state, since]).rstrip())


@click.command("report")
@click.argument("version", required=False)
@click.option("--load", "load_id", type=_LOAD_ID, help="Of this load, instead of a version.")
@with_container
def report(container: Container, version: str | None, load_id: int | None) -> None:
    """Print the quality report of a release, and the rows that are in quarantine."""
    from jobmate_agent.services.onet import publish
    from jobmate_agent.services.onet.gate_report import GateReport

    with migrated(container).db.reading() as session:
        wanted = load_id if load_id is not None else publish.find(session, version).load_id
        found = session.get(OnetLoad, wanted) if wanted is not None else None
        if found is None:
            raise _no_load(wanted)
        quarantined = session.scalar(
            sa.select(sa.func.count()).select_from(QuarantinedRow).where(QuarantinedRow.load_id == found.id)
        )
    if found.gate is None:
        click.echo(f"O*NET {found.version} (load {found.id}) is {found.state}. {found.error or ''}".rstrip())
        click.echo(f"Rows in quarantine: {quarantined}.")
    else:
        click.echo(GateReport.from_wire(found.gate).markdown())


@click.command("changes")
@click.argument("version", required=False)
@with_container
def changes_command(container: Container, version: str | None) -> None:
    """Print what a release changed when it was published, or would change now."""
    from jobmate_agent.services.onet import changes, publish

    with migrated(container).db.reading() as session:
        release = publish.find(session, version, ready_first=True)
        document = release.changelog or changes.compare(session, publish.served_id(session), release.id)
    click.echo(changes.markdown(document))


@click.command("discard")
@click.argument("load_id", type=_LOAD_ID)
@with_container
def discard_command(container: Container, load_id: int) -> None:
    """Forget load LOAD_ID, whose release was never published."""
    from jobmate_agent.services.onet import discard

    with migrated(container).db.reading() as session:
        if session.get(OnetLoad, load_id) is None:
            raise _no_load(load_id)
    discard.discard(container.db, load_id)
    click.echo(f"Load {load_id} is gone.")


@click.command("prune")
@with_container
def prune(container: Container) -> None:
    """Free the room of what complete releases were made of: landed rows and downloaded zips.

    The releases stay as they are, and so do ledger, quarantine and quality report of each.
    """
    from jobmate_agent.services.onet import discard

    database = migrated(container).db
    with database.reading() as session:
        versions = discard.ready_versions(session)
    rows = discard.prune(database)
    for name, count in rows:
        click.echo(f"{name}: {count} landed rows freed.")
    zips = container.onet_downloads.forget(versions)
    for name, size in zips:
        click.echo(f"{name}: {size / 2**20:.1f} MiB freed.")
    if not rows and not zips:
        click.echo("There was nothing to free.")


def _publish(container: Container, release_id: int) -> None:
    from jobmate_agent.services.onet import publish

    with container.db.reading() as session:
        replaces = publish.served_id(session) is not None
    backup = (lambda: click.echo(container.back_up())) if replaces else None
    with ProgressBar() as bar:
        changed = publish.publish(container.db, release_id, _indexer(container, bar), backup)
    with container.db.reading() as session:
        name = session.get_one(OnetRelease, release_id).name
    click.echo(f"Serving {name}." if changed else f"{name} is served already.")


def _indexer(container: Container, bar: ProgressBar) -> MakeIndex:
    return partial(container.prepare_index, progress=bar)


def _no_load(load_id: int | None) -> JobMateError:
    return JobMateError("load_not_found", f"There is no load {load_id}; see: jobmate onet releases", status=404)


COMMANDS = (load, publish_command, rollback, releases, report, changes_command, discard_command, prune)
