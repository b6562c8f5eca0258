"""Names of workers, chosen by whoever starts them."""

from __future__ import annotations

import socket
import uuid


def worker_name() -> str:
    """A name that no other worker has or will have; at most 63 characters."""
    return f"{socket.gethostname()[:50]}:{uuid.uuid4().hex[:12]}"
