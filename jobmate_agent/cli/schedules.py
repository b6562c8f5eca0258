"""``jobmate schedules``: what comes back by itself."""

from __future__ import annotations

from datetime import datetime

import click

from jobmate_agent.cli.shell import migrated, with_container
from jobmate_agent.container import Container


@click.command("schedules")
@with_container
def schedules(container: Container) -> None:
    """List what comes back by itself: name, when next, when last, what came of it."""
    from jobmate_agent.background import schedule

    migrated(container)
    schedule.adopt(container.db, container.settings)
    with container.db.reading() as session:
        found = schedule.listed(session)
    for row in found:
        outcome = " ".join((row.last_outcome or "").split())
        click.echo("\t".join([row.name, _time(row.next_at), _time(row.last_at), outcome]).rstrip())
    if not found:
        click.echo("Nothing comes back by itself; set JOBMATE_ONET_SYNC to check or publish.")


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="minutes") if moment is not None else "never"
