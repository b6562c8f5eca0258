"""A posting from the source of a web page or from pasted text."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.plain import clean_text
from jobmate_agent.services.documents.sandbox import SandboxLimits, read_document
from jobmate_agent.services.jobs.fields import (
    LENGTHS,
    MAX_AMOUNT,
    MAX_TEXT,
    is_http_url,
    is_storable_moment,
    one_line,
)

UNKNOWN_COMPANY = "Unknown company"
URLS = ("external_url", "company_logo_url", "company_website")
SALARY = ("salary_min", "salary_max")
DATES = ("date_posted", "date_expires")


def posting_from_html(html: bytes, limits: SandboxLimits) -> dict[str, Any]:
    """Column values of a listing; ``posting_has_no_text`` or ``posting_unreadable`` (422) where there are none."""
    try:
        found = read_document(html, "posting", limits)
    except UnreadableDocumentError as exc:
        reason = "has_no_text" if exc.code == "has_no_text" else "unreadable"
        raise InvalidInputError(
            f"posting_{reason}", "No posting could be read from this page. Copy its text and paste that instead."
        ) from exc
    return _usable(found)


def posting_from_text(text: str) -> dict[str, Any]:
    """Column values of a listing from pasted text: the first line that says something is the title.

    Raises ``posting_has_no_text`` and ``posting_too_long`` (422).
    """
    description = clean_text(text)
    if len(description) > MAX_TEXT:
        raise InvalidInputError(
            "posting_too_long", f"A posting has at most {MAX_TEXT} characters. Paste its text alone."
        )
    lines = (line.strip(" #*•-=_\t") for line in description.split("\n"))
    title = next((line for line in lines if any(map(str.isalnum, line))), None)
    if title is None:
        raise InvalidInputError("posting_has_no_text", "The pasted text is empty. Copy the posting and paste it again.")
    return _usable({"title": title, "description": description})


def _usable(found: dict[str, Any]) -> dict[str, Any]:
    """Values cut to what the columns hold; what is not usable is left out rather than stored wrong."""
    values: dict[str, Any] = {"description": found["description"][:MAX_TEXT], "is_remote": bool(found.get("is_remote"))}
    for key, length in LENGTHS.items():
        if text := one_line(str(found.get(key) or ""), length):
            values[key] = text
    currency = str(found.get("salary_currency") or "").upper()
    if re.fullmatch("[A-Z]{3}", currency):
        values["salary_currency"] = currency
    values.update({key: found[key] for key in URLS if is_http_url(str(found.get(key) or ""))})
    values.update(_salary(*(found.get(key) for key in SALARY)))
    values.update({key: moment for key in DATES if (moment := _moment(found.get(key)))})
    values.setdefault("title", "Untitled posting")
    values.setdefault("company", UNKNOWN_COMPANY)
    values["hidden_text"] = found.get("hidden")
    # The same page or text again is the same posting.
    values.setdefault("external_id", hashlib.sha256(values["description"].encode()).hexdigest()[:32])
    return values


def _salary(low: float | None, high: float | None) -> dict[str, float | None]:
    """Both ends, so that a posting read again loses an end that it no longer names."""
    known = [amount if amount is not None and 0 < amount <= MAX_AMOUNT else None for amount in (low, high)]
    if known[0] is not None and known[1] is not None:
        known.sort(key=float)  # type: ignore[arg-type]
    return dict(zip(SALARY, known, strict=True))


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if is_storable_moment(moment) else None
