"""``jobmate tokens``: keys of machine clients."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from jobmate_agent.cli.shell import migrated, with_container
from jobmate_agent.clock import utcnow
from jobmate_agent.container import Container
from jobmate_agent.models import ServiceToken
from jobmate_agent.services import service_tokens

_SCOPES = ", ".join(service_tokens.SCOPES)


@click.group()
def tokens() -> None:
    """API keys of machine clients."""


@tokens.command("create")
@click.option("--name", required=True, help="Whose it is.")
@click.option("--scope", "scopes", multiple=True, required=True, help=f"What it may do, repeatable: {_SCOPES}.")
@click.option("--expires-days", type=click.IntRange(1, 3650), help="Days that it is good for; without it, for ever.")
@with_container
def create(container: Container, name: str, scopes: tuple[str, ...], expires_days: int | None) -> None:
    """Make a key and print it; it is shown this once."""
    expires_at = None if expires_days is None else utcnow() + timedelta(days=expires_days)
    with migrated(container).db.unit_of_work() as session:
        token, secret = service_tokens.create(session, name, scopes, expires_at=expires_at)
    click.echo(f"Token {token.id} for {token.name}, to be sent as X-API-Key; it cannot be shown again:", err=True)
    click.echo(secret)


@tokens.command("list")
@with_container
def show(container: Container) -> None:
    """List keys: id, name, scopes, state, last use."""
    now = utcnow()
    with migrated(container).db.reading() as session:
        found = service_tokens.every(session)
    for token in found:
        click.echo("\t".join(_columns(token, now)))


@tokens.command("revoke")
@click.argument("token_id", type=click.IntRange(1, 2**31 - 1), metavar="ID")
@with_container
def revoke(container: Container, token_id: int) -> None:
    """End key ID at once and for good."""
    with migrated(container).db.unit_of_work() as session:
        token = service_tokens.revoke(session, token_id, utcnow())
    click.echo(f"Token {token.id} ({token.name}) is revoked.")


def _columns(token: ServiceToken, now: datetime) -> Iterator[str]:
    yield str(token.id)
    yield token.name
    yield ",".join(token.scopes)
    if token.revoked_at is not None:
        yield f"revoked {_day(token.revoked_at)}"
    elif token.expires_at is None:
        yield "good for ever"
    else:
        yield f"{'expired' if token.expires_at <= now else 'good until'} {_day(token.expires_at)}"
    yield f"used {token.last_used_at.isoformat(timespec='minutes')}" if token.last_used_at else "never used"


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
