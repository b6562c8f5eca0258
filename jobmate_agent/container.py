"""Builds concrete adapters, lazily and once a process; the only module that knows them all.

Heavy adapters are imported inside the properties that build them, so that the web process never loads them.
"""

from __future__ import annotations

from functools import cached_property

from jobmate_agent import crypto
from jobmate_agent.crypto import KeyRing
from jobmate_agent.db import Database
from jobmate_agent.settings import Settings


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
