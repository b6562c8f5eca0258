"""Password hashing: argon2id, a bounded number at a time."""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# OWASP's minimum for argon2id. Each hash takes 19 MiB while it runs, so only a few may run at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """The argon2id string to store."""
    with _AT_ONCE:
        return _HASHER.hash(_bytes(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether ``password`` is the one behind ``stored``; with ``stored`` None the same work is done for nothing."""
    reference = stored or _dummy()
    try:
        with _AT_ONCE:
            _HASHER.verify(reference, _bytes(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether ``stored`` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def prepare() -> None:
    """Make the reference hash for unknown accounts now, so that the first sign-in takes no longer than others."""
    _dummy()


@lru_cache(maxsize=1)
def _dummy() -> str:
    return hash_password("no account has this password")


def _bytes(password: str) -> bytes:
    # The same password typed on two systems can arrive in two Unicode forms.
    return unicodedata.normalize("NFKC", password).encode()
