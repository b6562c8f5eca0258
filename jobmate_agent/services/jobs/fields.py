"""What a posting's fields may hold, whoever sends them."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from jobmate_agent.services.documents.plain import clean_text

MAX_TEXT = 100_000
MAX_URL = 2000
MAX_AMOUNT = 1e12
LENGTHS = {"title": 300, "company": 300, "location": 300, "job_type": 50, "external_id": 255}
"""Of the texts of one line, in characters."""
# What every database stores whatever the offset; no posting is older or promises more.
FIRST_YEAR, LAST_YEAR = 1900, 2199


def one_line(text: str, length: int) -> str:
    """``text`` cleaned, on one line, of at most ``length`` characters."""
    return " ".join(clean_text(text).split())[:length].strip()


def is_http_url(text: str) -> bool:
    """Whether a browser may be sent to ``text``: an http or https URL with a host, printable, without blanks."""
    if len(text) > MAX_URL or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_storable_moment(moment: datetime) -> bool:
    """Whether a date is one that a posting can have."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR
