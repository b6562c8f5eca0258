"""A user's own posting from the source of a web page or from pasted text."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.plain import clean_text
from jobmate_agent.services.documents.sandbox import SandboxLimits, read_document

UNKNOWN_COMPANY = "Unknown company"
MAX_DESCRIPTION = 100_000
LENGTHS = {"title": 300, "company": 300, "location": 300, "job_type": 50, "external_id": 255, "salary_currency": 3}
URLS = ("external_url", "company_logo_url", "company_website")


def posting_from_html(html: bytes, limits: SandboxLimits) -> dict[str, Any]:
    """Column values of a listing; ``posting_has_no_text`` or ``posting_unreadable`` (422) where there are none."""
    try:
        found = read_document(html, "posting", limits)
    except UnreadableDocumentError as exc:
        reason = "has_no_text" if exc.code == "has_no_text" else "unreadable"
        raise InvalidInputError(
            f"posting_{reason}", "No posting could be read from this page. Copy its text and paste that instead."
        ) from exc
    return _bounded(found)


def posting_from_text(text: str) -> dict[str, Any]:
    """Column values of a listing from pasted text: the first line that says something is the title."""
    description = clean_text(text)
    if not any(char.isalnum() for char in description):
        raise InvalidInputError("posting_has_no_text", "The pasted text is empty. Copy the posting and paste it again.")
    lines = (line.strip(" #*•-\t") for line in description.split("\n"))
    return _bounded({"title": next(line for line in lines if line), "description": description})


def _bounded(found: dict[str, Any]) -> dict[str, Any]:
    """Values cut to what the columns hold; what is not usable is left out rather than stored wrong."""
    values = {key: value for key, value in found.items() if key not in URLS and not key.startswith("date_")}
    for key, length in LENGTHS.items():
        if key in values:
            values[key] = clean_text(str(values[key])).replace("\n", " ")[:length]
    if len(values.get("salary_currency", "USD")) != 3:
        del values["salary_currency"]
    for key in URLS:
        url = str(found.get(key, ""))
        if url.lower().startswith(("http://", "https://")) and len(url) <= 2000 and not any(map(str.isspace, url)):
            values[key] = url
    for key in ("date_posted", "date_expires"):
        if moment := _moment(found.get(key)):
            values[key] = moment
    values["description"] = values["description"][:MAX_DESCRIPTION]
    values["title"] = values.get("title") or "Untitled posting"
    values["company"] = values.get("company") or UNKNOWN_COMPANY
    if not values.get("external_id"):
        # The same page pasted twice is the same posting.
        values["external_id"] = hashlib.sha256(values["description"].encode()).hexdigest()[:32]
    return values


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
