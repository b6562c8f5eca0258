"""A job posting out of a web page: schema.org JobPosting where the page has one, else its main text.

Runs only inside the parser child. Source of the vocabulary: https://schema.org/JobPosting
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import extruct
import lxml.html
import trafilatura

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.plain import clean_text
from jobmate_agent.services.documents.readers import read_text


def read_posting(content: bytes) -> dict[str, Any]:
    """Fields of the posting as found, all optional but ``description``; code ``has_no_text`` where there is none.

    Keys: title, company, location, job_type, description, salary_min, salary_max, salary_currency, external_url,
    external_id, company_logo_url, company_website, is_remote, date_posted, date_expires.
    """
    html = read_text(content)
    posting = next(_job_postings(html), None)
    found = _from_schema(posting) if posting else {}
    if not found.get("description"):
        found["description"] = clean_text(trafilatura.extract(html, favor_recall=True) or "")
    if not found["description"]:
        raise UnreadableDocumentError("has_no_text")
    if not found.get("title"):
        found["title"] = _page_title(html)
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _job_postings(html: str) -> Iterator[dict[str, Any]]:
    try:
        found = extruct.extract(html, syntaxes=["json-ld", "microdata"], uniform=True, errors="ignore")
    except (ValueError, lxml.etree.LxmlError):
        return
    pending: list[Any] = [*found.get("json-ld", []), *found.get("microdata", [])]
    while pending:
        node = pending.pop(0)
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            if "JobPosting" in _as_list(node.get("@type")):
                yield node
            pending.extend(value for value in node.values() if isinstance(value, dict | list))


def _from_schema(posting: dict[str, Any]) -> dict[str, Any]:
    organisation = _first(posting.get("hiringOrganization"))
    salary = _first(posting.get("baseSalary"))
    value = _first(salary.get("value"))
    amount = salary.get("value") if not value else value.get("value")
    return {
        "title": _text(posting.get("title")),
        "company": _text(organisation.get("name")) or _text(posting.get("hiringOrganization")),
        "company_website": _text(organisation.get("sameAs") or organisation.get("url")),
        "company_logo_url": _text(_first(organisation.get("logo")).get("url") or organisation.get("logo")),
        "location": "; ".join(_locations(posting.get("jobLocation"))),
        "job_type": ", ".join(_text(kind) for kind in _as_list(posting.get("employmentType"))),
        "description": _plain(_sections(posting)),
        "salary_min": _number(value.get("minValue") or amount),
        "salary_max": _number(value.get("maxValue") or amount),
        "salary_currency": _text(salary.get("currency")),
        "external_url": _text(posting.get("url")),
        "external_id": _text(_first(posting.get("identifier")).get("value") or posting.get("identifier")),
        "is_remote": _text(posting.get("jobLocationType")).upper() == "TELECOMMUTE",
        "date_posted": _text(posting.get("datePosted")),
        "date_expires": _text(posting.get("validThrough")),
    }


def _sections(posting: dict[str, Any]) -> str:
    """The description, and what the vocabulary keeps apart, under headings that say what it is."""
    html = _text(posting.get("description"))
    for heading, key in (
        ("Responsibilities", "responsibilities"),
        ("Qualifications", "qualifications"),
        ("Skills", "skills"),
        ("Education", "educationRequirements"),
        ("Experience", "experienceRequirements"),
    ):
        parts = [_text(part) or _text(_first(part).get("name")) for part in _as_list(posting.get(key))]
        text = "\n".join(f"<p>{part}</p>" for part in parts if part and part not in html)
        html += f"\n<h3>{heading}</h3>\n{text}" if text else ""
    return html


def _locations(value: Any) -> Iterator[str]:
    for place in _as_list(value):
        address = _first(place.get("address")) if isinstance(place, dict) else {}
        parts = [_text(address.get(key)) for key in ("addressLocality", "addressRegion", "addressCountry")]
        line = ", ".join(part for part in parts if part) or _text(place) or _text(_first(place).get("name"))
        if line:
            yield line


def _plain(html: str) -> str:
    """HTML of a description as text: list items keep a bullet, blocks their own line."""
    if not html.strip():
        return ""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in root.iter("script", "style"):
        element.text = None
    for element in root.iter("li"):
        element.text = "• " + (element.text or "").lstrip()
    for element in root.iter("p", "div", "li", "br", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6"):
        element.tail = "\n" + (element.tail or "")
        if element is not root and element.tag in {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol"}:
            element.text = "\n" + (element.text or "")
    return clean_text(str(root.text_content()))


def _page_title(html: str) -> str:
    title = lxml.html.fromstring(html).findtext(".//title") if "<" in html else None
    return clean_text(title or "").split("\n")[0]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> dict[str, Any]:
    return next((item for item in _as_list(value) if isinstance(item, dict)), {})


def _text(value: Any) -> str:
    value = next(iter(_as_list(value)), "")
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _number(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None
