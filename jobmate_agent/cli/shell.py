"""What every subcommand shares: a container, a database that is ready, errors as one sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from jobmate_agent.cli.faults import FAULTS, sentence
from jobmate_agent.container import Container
from jobmate_agent.errors import JobMateError


class Group(click.Group):
    """Turns our named errors, and faults of the surroundings, into one clear sentence and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except JobMateError as exc:
            for detail in exc.details:
                click.echo(f"  {'.'.join(map(str, detail.get('loc', ())))}: {detail.get('msg')}", err=True)
            raise click.ClickException(exc.message) from exc
        except FAULTS as exc:
            raise click.ClickException(sentence(exc)) from exc


def with_container(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give ``function`` a container as its first argument, and close its database afterwards."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        container = Container()
        try:
            return function(container, *args, **kwargs)
        finally:
            if "db" in vars(container):
                container.db.dispose()

    return wrapper


def migrated(container: Container) -> Container:
    """A database at the newest schema, with the keys that it was written with."""
    from jobmate_agent import schema_check
    from jobmate_agent.services.accounts.key_check import verify_keys

    schema_check.require_current(container.db)
    with container.db.unit_of_work() as session:
        verify_keys(session, container.keys)
    return container
