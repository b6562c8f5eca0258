"""``jobmate feedback``: what clients have said is wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from jobmate_agent.cli.shell import migrated, with_container
from jobmate_agent.container import Container

SHOWN = 80
KINDS = ("wrong_skill", "missing_skill", "data_issue", "bad_recommendation")
_kind = click.option("--kind", type=click.Choice(KINDS), help="Only of this kind.")


@click.group()
def feedback() -> None:
    """What users and machine clients say is wrong."""


@feedback.command("list")
@_kind
@with_container
def show(container: Container, kind: str | None) -> None:
    """List feedback, oldest first: id, time, kind, subject, the note's beginning."""
    from jobmate_agent.services import feedback as service

    with migrated(container).db.reading() as session:
        for row in service.every(session, kind):
            note = " ".join(row["note"].split())
            shown = note if len(note) <= SHOWN else f"{note[: SHOWN - 1]}…"
            click.echo("\t".join((str(row["id"]), row["created_at"][:19], row["kind"], row["subject"], shown)))


@feedback.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_kind
@with_container
def export(container: Container, file: Path, kind: str | None) -> None:
    """Write feedback to FILE as JSON lines, whole or not at all."""
    from jobmate_agent.services import feedback as service

    # Notes are personal words: nobody else on this machine may read them.
    unfinished = file.with_name(f".{file.name}.unfinished")
    count = 0
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as target, migrated(container).db.reading() as session:
            for row in service.every(session, kind):
                target.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{count} entries written to {file}.")
