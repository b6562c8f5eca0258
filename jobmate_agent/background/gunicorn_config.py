"""How ``jobmate serve`` runs gunicorn: one process, threads, nothing left behind. Read by gunicorn itself."""

from __future__ import annotations

from typing import Any

from jobmate_agent.background.processes import die_with_parent, return_memory_early
from jobmate_agent.settings import Settings

_settings = Settings()
if _settings.serve_pid is not None:
    die_with_parent(_settings.serve_pid)

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = 1
worker_class = "gthread"
threads = _settings.threads
# Clients poll every five seconds: a kept connection waits in the poller, not in a thread.
keepalive = 30
graceful_timeout = 10
loglevel = _settings.log_level
accesslog = None
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """The process that answers requests ends with gunicorn's master, however that ended, and stays small."""
    die_with_parent(server.pid)
    return_memory_early()
