"""Wire types of running the service."""

from __future__ import annotations

from typing import Literal

from jobmate_agent.schemas.wire import Wire


class Health(Wire):
    """The process answers."""

    status: Literal["ok"]


class Check(Wire):
    """One thing the service needs: ``ok``, ``down`` or ``not_used``, and what there is to say about it."""

    state: Literal["ok", "down", "not_used"]
    detail: str = ""


class Readiness(Wire):
    """Whether work would be done if it came now, and if not, what is missing."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, Check]
