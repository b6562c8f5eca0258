"""What counts as being asked to wait."""

from __future__ import annotations

import httpx
import pytest

from jobmate_agent.adapters.retry_after import retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("0", 0.0), ("42", 42.0), ("1.5", 1.5)),
        *((rubbish, None) for rubbish in ("-1", "inf", "nan", "", "soon", "Wed, 21 Oct 2026 07:28:00 GMT")),
    ],
)
def test_only_a_number_of_seconds_counts(value: str, seconds: float | None) -> None:
    assert retry_after(httpx.Headers({"retry-after": value})) == seconds


def test_nothing_said_is_nothing_asked() -> None:
    assert retry_after(httpx.Headers()) is None
