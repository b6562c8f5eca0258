"""Builds concrete adapters, lazily and once a process; the only module that knows them all.

Heavy adapters are imported inside the properties that build them, so that the web process never loads them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from jobmate_agent import crypto
from jobmate_agent.crypto import KeyRing
from jobmate_agent.db import Database
from jobmate_agent.settings import Settings

if TYPE_CHECKING:
    from jobmate_agent.background.dispatch import Dispatcher
    from jobmate_agent.services.accounts.issuers import IssuerKeys
    from jobmate_agent.services.gaps.notices import Frontend


class Container:
    """Everything that one process shares."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    @cached_property
    def keys(self) -> KeyRing:
        """The installation's keys, made active for encrypted columns."""
        if self.settings.keys is not None:
            ring = crypto.parse_key_ring(self.settings.keys.get_secret_value())
        else:
            ring = crypto.load_or_create_key_file(self.settings.data_dir / "keys.json")
        crypto.activate(ring)
        return ring

    @cached_property
    def db(self) -> Database:
        """The database; opening it activates the keys that its encrypted columns need."""
        assert self.keys
        return Database(self.settings.effective_database_url)

    @cached_property
    def issuer_keys(self) -> IssuerKeys:
        """Public keys of the configured external issuers."""
        from jobmate_agent.adapters.jwks import JwksIssuerKeys

        return JwksIssuerKeys(self.settings.external_issuers)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """Wakes the worker beside this process, where there is one; elsewhere workers look by themselves."""
        from jobmate_agent.background.dispatch import PipeDispatcher, PollingDispatcher

        fd = self.settings.wake_fd
        return PollingDispatcher() if fd is None else PipeDispatcher(fd)

    @cached_property
    def frontend(self) -> Frontend:
        """Told when a report is ready; says nothing where no frontend is configured."""
        from jobmate_agent.adapters.frontend import HttpFrontend, NoFrontend

        origin, token = self.settings.frontend_origin, self.settings.revalidate_token
        return HttpFrontend(origin, token.get_secret_value() if token else None) if origin else NoFrontend()
