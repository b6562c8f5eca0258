"""O*NET Web Services, version 2 (https://services.onetcenter.org/reference/): one occupation at a time.

What the service does, and we rely on: the key goes in ``X-API-Key``; a code that it does not know is 422 with JSON; a
bad key is 403 with an HTML page; lists come in pages of 20 with ``next``; an empty one is 200 with ``total`` 0.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import orjson

from jobmate_agent.adapters.retry_after import retry_after
from jobmate_agent.services.onet.occupation_source import (
    SourcedElement,
    SourcedOccupation,
    SourcedTask,
    SourcedTechnology,
    SourceUnavailable,
)

TIMEOUT_SECONDS = 5.0
LOOKUP_SECONDS = 20.0
LARGEST_BODY = 2 * 1024 * 1024
MOST_PAGES = 20
LONGEST_TEXT = 5_000

# Which section of an occupation has which of our parts; skills and technologies were renamed with release 30.3.
_SECTIONS: Mapping[str, tuple[str, str]] = {
    "tasks": ("tasks", "task"),
    "skills": ("skills", "element"),
    "essential_skills": ("skills", "element"),
    "transferable_skills": ("skills", "element"),
    "knowledge": ("knowledge", "element"),
    "abilities": ("abilities", "element"),
    "work_activities": ("work_activities", "element"),
    "technology_skills": ("technologies", "category"),
    "software_skills": ("technologies", "category"),
    "related_occupations": ("related", "occupation"),
}
_USUAL = ("tasks", "skills", "knowledge", "abilities", "work_activities", "technology_skills", "related_occupations")


class OnetWebServices:
    """The service behind ``OccupationSource``. Thread-safe; keeps its connections open between lookups."""

    def __init__(self, base_url: str, key: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        """``timeout`` in seconds bounds each answer, its body included; a whole lookup has four times as long."""
        self._base = base_url.rstrip("/") + "/"
        self._timeout = timeout
        self._client = httpx.Client(
            headers={"X-API-Key": key, "Accept": "application/json", "User-Agent": "jobmate"},
            timeout=timeout,
            follow_redirects=False,  # the key is for this server alone
            trust_env=False,
        )

    def occupation(self, onet_code: str) -> SourcedOccupation | None:
        deadline = time.monotonic() + self._timeout * (LOOKUP_SECONDS / TIMEOUT_SECONDS)
        path = f"online/occupations/{onet_code}/"
        overview = self._get(path)
        if overview is None or overview.get("total") == 0:
            return None
        if overview.get("code") != onet_code or not _text(overview.get("title")):
            raise SourceUnavailable("unreadable")
        parts: dict[str, list[dict[str, Any]]] = {}
        fault: SourceUnavailable | None = None
        for section in _sections(overview):
            part, key = _SECTIONS[section]
            try:
                parts.setdefault(part, []).extend(self._rows(f"{path}details/{section}", key, deadline))
            except SourceUnavailable as exc:
                fault = exc  # what is known of the occupation is worth more than an error
                break
        return _occupation(onet_code, overview, parts, fault)

    def close(self) -> None:
        self._client.close()

    def _rows(self, path: str, key: str, deadline: float) -> Iterator[dict[str, Any]]:
        """The rows of every page of a list; none where the service has nothing there (422)."""
        address: str | None = path
        for _ in range(MOST_PAGES):
            if time.monotonic() > deadline:
                raise SourceUnavailable("timeout")
            page = self._get(address) if address else None
            if page is None:
                return
            rows = page.get(key)
            yield from (row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict))
            address = self._next(page)

    def _next(self, page: Mapping[str, Any]) -> str | None:
        """Where the next page is: only ever at the same server, which is the only one that may see the key."""
        link = page.get("next")
        if not isinstance(link, str) or not link:
            return None
        address = urljoin(self._base, link)
        there, here = urlsplit(address), urlsplit(self._base)
        return address if (there.scheme, there.netloc) == (here.scheme, here.netloc) else None

    def _get(self, path: str) -> dict[str, Any] | None:
        """The JSON object at ``path`` (or a whole address); None where the service knows no such thing."""
        try:
            with self._client.stream("GET", urljoin(self._base, path)) as response:
                body = self._body(response)
        except httpx.TimeoutException as exc:
            raise SourceUnavailable("timeout") from exc
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
            raise SourceUnavailable("unreachable") from exc
        _require_usable(response)
        document = _parsed(body)
        return None if response.status_code in (404, 422) else document

    def _body(self, response: httpx.Response) -> bytes:
        deadline, body = time.monotonic() + self._timeout, bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if time.monotonic() > deadline:  # a slow drip never is silent for long enough to time out
                raise SourceUnavailable("timeout")
            if len(body) > LARGEST_BODY:
                raise SourceUnavailable("unreadable")
        return bytes(body)


def _require_usable(response: httpx.Response) -> None:
    status = response.status_code
    if status in (401, 403):
        raise SourceUnavailable("bad_key")
    if status == 429:
        raise SourceUnavailable("rate_limited", retry_after(response.headers))
    if status >= 500:
        raise SourceUnavailable("server_error", retry_after(response.headers))
    if status not in (200, 404, 422):
        raise SourceUnavailable("unreadable")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise SourceUnavailable("unreadable") from exc
    if not isinstance(document, dict):
        raise SourceUnavailable("unreadable")
    return document


def _sections(overview: Mapping[str, Any]) -> list[str]:
    """The sections that the overview links to, or the usual ones where it lists none."""
    listed = overview.get("details_contents")
    links = [row.get("href") for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    names = [re.sub(r".*/", "", link.rstrip("/")) for link in links if isinstance(link, str)]
    known = [name for name in dict.fromkeys(names) if name in _SECTIONS]
    return known if names else list(_USUAL)


def _occupation(
    onet_code: str,
    overview: Mapping[str, Any],
    parts: Mapping[str, list[dict[str, Any]]],
    fault: SourceUnavailable | None,
) -> SourcedOccupation:
    titles = overview.get("sample_of_reported_titles")
    return SourcedOccupation(
        onet_code=onet_code,
        title=_text(overview.get("title")),
        description=_text(overview.get("description")),
        titles=tuple(filter(None, map(_text, titles if isinstance(titles, list) else []))),
        tasks=tuple(_task(row) for row in parts.get("tasks", []) if _text(row.get("title"))),
        skills=_elements(parts.get("skills", [])),
        knowledge=_elements(parts.get("knowledge", [])),
        abilities=_elements(parts.get("abilities", [])),
        work_activities=_elements(parts.get("work_activities", [])),
        technologies=tuple(_technologies(parts.get("technologies", []))),
        related=tuple((_text(row.get("code")), _text(row.get("title"))) for row in parts.get("related", [])),
        fault=fault,
    )


def _elements(rows: list[dict[str, Any]]) -> tuple[SourcedElement, ...]:
    made = (
        SourcedElement(
            element_id=_text(row.get("id")),
            name=_text(row.get("name")),
            importance=_on_scale(row.get("importance"), 1, 5),
            onet_level=_on_scale(row.get("level"), 0, 7),
        )
        for row in rows
    )
    return tuple(element for element in made if element.element_id and element.name)


def _task(row: Mapping[str, Any]) -> SourcedTask:
    number = str(row.get("id"))
    return SourcedTask(
        task_id=int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None,
        text=_text(row.get("title")),
        task_type=_text(row.get("category")) or None,
        importance=_on_scale(row.get("importance"), 1, 5),
    )


def _technologies(rows: list[dict[str, Any]]) -> Iterator[SourcedTechnology]:
    for row in rows:
        category = _text(row.get("title"))
        for key in ("example", "example_more"):
            examples = row.get(key)
            for example in examples if isinstance(examples, list) else []:
                if isinstance(example, dict) and (name := _text(example.get("title"))):
                    hot, wanted = (example.get(flag) is True for flag in ("hot_technology", "in_demand"))
                    yield SourcedTechnology(name, category, hot, wanted)


def _on_scale(value: Any, low: float, high: float) -> float | None:
    """A score of 0–100, as the service gives it, on the scale of the data files: low + value · (high - low) / 100."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        return None
    return round(low + value * (high - low) / 100, 2)


def _text(value: Any) -> str:
    """Text as one line without control characters, bounded; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return "".join(filter(str.isprintable, " ".join(value.split())))[:LONGEST_TEXT]
