"""Keys and encryption at rest: one key ring per installation.

The key file is JSON, mode 0600: ``{"encryption": [newest, …], "blind_index": …, "tokens": …, "urls": …}``.
Every value is 32 random bytes in URL-safe base64. Several ``encryption`` keys allow rotation: the first
encrypts, all decrypt. The other keys are separate, so that rotating one never breaks what another protects.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from jobmate_agent.errors import JobMateError


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one installation. ``fingerprint`` identifies them without revealing them."""

    encryption: tuple[str, ...]
    blind_index: str
    tokens: str
    urls: str

    @property
    def fingerprint(self) -> str:
        """Hex digest of the blind index key, the one key that can never be exchanged."""
        return hashlib.sha256(self.blind_index.encode()).hexdigest()[:32]

    def encrypt(self, plain: bytes) -> bytes:
        return self._fernet().encrypt(plain)

    def decrypt(self, cipher: bytes) -> bytes:
        try:
            return self._fernet().decrypt(cipher)
        except InvalidToken as exc:
            raise JobMateError(
                "wrong_encryption_key",
                "Stored data cannot be decrypted with the configured keys; restore the key file that wrote it.",
                status=500,
            ) from exc

    def can_decrypt(self, cipher: bytes) -> bool:
        """Whether one of the encryption keys made ``cipher``."""
        try:
            self._fernet().decrypt(cipher)
        except InvalidToken:
            return False
        return True

    def blind(self, value: str) -> str:
        """Keyed digest (64 hex characters) by which an encrypted value can be looked up."""
        return hmac.new(self.blind_index.encode(), value.encode(), hashlib.sha256).hexdigest()

    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.encryption])


def new_key_ring() -> KeyRing:
    """Fresh random keys."""
    return KeyRing((_key(),), _key(), _key(), _key())


def _key() -> str:
    return Fernet.generate_key().decode()


def parse_key_ring(text: str) -> KeyRing:
    """Read the JSON of a key file or of ``JOBMATE_KEYS``; :class:`JobMateError` ``bad_keys`` says what is wrong."""
    try:
        data = json.loads(text)
        ring = KeyRing(tuple(data["encryption"]), data["blind_index"], data["tokens"], data["urls"])
        ring._fernet()
    except (ValueError, KeyError, TypeError) as exc:
        raise JobMateError(
            "bad_keys",
            "The key ring must be JSON with encryption (list), blind_index, tokens and urls, "
            "each 32 bytes in URL-safe base64; `jobmate keys new` prints one.",
            status=500,
        ) from exc
    if not ring.encryption:
        raise JobMateError("bad_keys", "The key ring has no encryption key.", status=500)
    return ring


def dump_key_ring(ring: KeyRing) -> str:
    return json.dumps(
        {
            "encryption": list(ring.encryption),
            "blind_index": ring.blind_index,
            "tokens": ring.tokens,
            "urls": ring.urls,
        },
        indent=1,
    )


def load_key_file(path: Path, *, create: bool) -> KeyRing:
    """The key ring in ``path``; with ``create``, made (0600, atomically, first come wins) when there is none."""
    if not path.exists():
        if not create:
            raise JobMateError(
                "no_keys",
                f"There is no key file {path}. Make one with `jobmate keys new > {path} && chmod 600 {path}`, or set "
                "JOBMATE_KEYS; in production keys are never made silently.",
                status=503,
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(dump_key_ring(new_key_ring()))
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        raise JobMateError("open_key_file", f"{path} can be read by others; run: chmod 600 {path}", status=500)
    return parse_key_ring(path.read_text(encoding="utf-8"))


class _ActiveKeys:
    """The process-wide ring that the encrypted column types use; set once by the container."""

    ring: KeyRing | None = None


def activate(ring: KeyRing) -> None:
    """Make ``ring`` the one that encrypted columns of this process use."""
    _ActiveKeys.ring = ring


def active() -> KeyRing:
    if _ActiveKeys.ring is None:
        raise RuntimeError("no key ring is active; build a Container first")
    return _ActiveKeys.ring


def dump_json(value: Any) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def parse_json(text: bytes) -> Any:
    return json.loads(text)
