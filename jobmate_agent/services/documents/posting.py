"""A job posting out of a web page: schema.org JobPosting where the page has one, else its main text.

Runs only inside the parser child. Source of the vocabulary: https://schema.org/JobPosting
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from typing import Any

import extruct
import lxml.etree
import lxml.html
import trafilatura

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.hidden import hidden_text, to_json
from jobmate_agent.services.documents.html_visibility import SILENT, take_out_hidden
from jobmate_agent.services.documents.plain import BULLET, clean_text, read_text

EMPLOYMENT_TYPES = {
    "FULL_TIME": "Full-time",
    "PART_TIME": "Part-time",
    "CONTRACTOR": "Contract",
    "TEMPORARY": "Temporary",
    "INTERN": "Internship",
    "VOLUNTEER": "Volunteer",
    "PER_DIEM": "Per diem",
    "OTHER": "Other",
}
SECTIONS = (
    ("Responsibilities", "responsibilities"),
    ("Qualifications", "qualifications"),
    ("Skills", "skills"),
    ("Education", "educationRequirements"),
    ("Experience", "experienceRequirements"),
)
LINES = ("div", "section", "article", "li", "tr", "dt", "dd")
PARAGRAPHS = ("p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6")
# Where a block begins or ends, until its text is put together; private-use characters, which no text keeps.
LINE_BREAK, PARAGRAPH_BREAK = "\ue000", "\ue001"
_BREAKS = f"\n{LINE_BREAK}{PARAGRAPH_BREAK}"
_SPACE = f" {_BREAKS}"
# What XML, and so lxml, cannot hold: control characters, halves of pairs, non-characters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Older pages wrap the script in comments, or end it like a statement.
_WRAPPING = re.compile(r"^\s*(<!--|(//)?\s*<!\[CDATA\[)|(-->|(//)?\s*\]\]>|;)\s*$")
REPEATED_LENGTH = 40
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")


def read_posting(content: bytes, max_chars: int) -> dict[str, Any]:
    """Fields of the posting as found, all optional but ``description``; code ``has_no_text`` where there is none.

    Keys: title, company, location, job_type, description, salary_min, salary_max, salary_currency, external_url,
    external_id, company_logo_url, company_website, is_remote, date_posted, date_expires. Every text is plain text
    of at most ``max_chars`` characters; nothing else about the values is checked. ``hidden`` is there where the
    description has text that it does not show: :func:`to_json` of what was left out.
    """
    html = read_text(content)
    if "<" not in html:
        raise UnreadableDocumentError("has_no_text")
    posting = next(_job_postings(html), None)
    found = _from_schema(posting) if posting else {}
    if not _says_something(found.get("description", "")):
        found = {**found, **_main_text(html)}
    if not _says_something(found["description"]):
        raise UnreadableDocumentError("has_no_text")
    if not found.get("title"):
        found["title"] = _page_title(html)
    texts = {key: value[:max_chars] if isinstance(value, str) else value for key, value in found.items()}
    return {key: value for key, value in texts.items() if value not in (None, "")}


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _job_postings(html: str) -> Iterator[dict[str, Any]]:
    """Every node that is a JobPosting, at any depth (``@graph``, lists, ``mainEntity``), outer ones first."""
    pending: deque[Any] = deque([*_json_ld(html), *_microdata(html)])
    while pending:
        node = pending.popleft()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            if any(_local_name(kind) == "JobPosting" for kind in _as_list(node.get("@type"))):
                yield node
            pending.extend(value for value in node.values() if isinstance(value, dict | list))


def _json_ld(html: str) -> Iterator[Any]:
    """The page's JSON-LD, script by script: one that is broken takes no other with it."""
    root = _document(html)
    for script in [] if root is None else root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            yield json.loads(_WRAPPING.sub("", script.text or ""), strict=False)
        except (ValueError, RecursionError):
            continue


def _microdata(html: str) -> list[Any]:
    try:
        found = extruct.extract(html, syntaxes=["microdata"], uniform=True, errors="ignore")
    except (ValueError, RecursionError, lxml.etree.LxmlError):
        return []
    return list(found.get("microdata", []))


def _document(html: str) -> Any:
    """The parsed page; None where there is nothing to parse."""
    try:
        return lxml.html.document_fromstring(
            _UNFIT.sub("", html).encode(), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
    except lxml.etree.LxmlError:
        return None


def _local_name(kind: Any) -> str:
    return re.split("[/:#]", kind)[-1] if isinstance(kind, str) else ""


def _from_schema(posting: dict[str, Any]) -> dict[str, Any]:
    organisation = _first(posting.get("hiringOrganization"))
    salary = _first(posting.get("baseSalary"))
    value = _first(salary.get("value"))
    amount = value.get("value") if value else salary.get("value")
    return {
        "title": _label(posting.get("title") or posting.get("name")),
        "company": _label(organisation.get("name")) or _label(posting.get("hiringOrganization")),
        "company_website": _text(organisation.get("sameAs")) or _text(organisation.get("url")),
        "company_logo_url": _text(_first(organisation.get("logo")).get("url")) or _text(organisation.get("logo")),
        "location": "; ".join(dict.fromkeys(_locations(posting.get("jobLocation")))),
        "job_type": ", ".join(_employment_types(posting.get("employmentType"))),
        **_description(_sections(posting)),
        "salary_min": _number(value.get("minValue", salary.get("minValue", amount))),
        "salary_max": _number(value.get("maxValue", salary.get("maxValue", amount))),
        "salary_currency": _text(salary.get("currency")) or _text(posting.get("salaryCurrency")),
        "external_url": _text(posting.get("url")),
        "external_id": _text(_first(posting.get("identifier")).get("value")) or _text(posting.get("identifier")),
        "is_remote": any("TELECOMMUTE" in _text(kind).upper() for kind in _as_list(posting.get("jobLocationType"))),
        "date_posted": _text(posting.get("datePosted")),
        "date_expires": _text(posting.get("validThrough")),
    }


def _employment_types(value: Any) -> Iterator[str]:
    for kind in _as_list(value):
        for part in _label(kind).split(","):
            name = _local_name(part.strip())
            yield EMPLOYMENT_TYPES.get(name.upper(), part.strip())


def _sections(posting: dict[str, Any]) -> str:
    """The description, and what the vocabulary keeps apart, under headings that say what it is."""
    html = _markup(_text(posting.get("description")))
    for heading, key in SECTIONS:
        parts = [_markup(_text(part) or _text(_first(part).get("name"))) for part in _as_list(posting.get(key))]
        tag = "li" if len(parts) > 1 else "p"
        text = "".join(f"<{tag}>{part}</{tag}>" for part in parts if part and not _repeats(part, html))
        html += f"<h3>{heading}</h3>{text}" if text else ""
    return html


def _repeats(part: str, html: str) -> bool:
    return len(part) >= REPEATED_LENGTH and part in html


def _markup(text: str) -> str:
    """HTML as meant: many sites escape the description's tags, or write it as plain text with line breaks."""
    if not _TAG.search(text) and "&lt;" in text:
        text = unescape(text)
    return text if _TAG.search(text) else text.replace("\n", "<br>")


def _locations(value: Any) -> Iterator[str]:
    for place in _as_list(value):
        address = _first(place.get("address")) if isinstance(place, dict) else {}
        keys = ("addressLocality", "addressRegion", "addressCountry")
        parts = [_label(address.get(key)) or _label(_first(address.get(key)).get("name")) for key in keys]
        line = ", ".join(part for part in parts if part) or _label(place) or _label(_first(place).get("name"))
        if line or isinstance(place, dict):
            yield line or _label(place.get("address"))


def _description(html: str) -> dict[str, Any]:
    """The text of a description, and what it hides."""
    if not html.strip():
        return {"description": ""}
    root = lxml.html.fragment_fromstring(re.sub(r"\s+", " ", html), create_parent="div")
    hidden = to_json(hidden_text(take_out_hidden(root, on_paper=True)))
    return {"description": _plain(root), "hidden": hidden}


def _plain(root: Any) -> str:
    """HTML as text: list items keep a bullet, blocks their own line, other white space is one blank."""
    for element in root.iter(*SILENT):
        element.text = None
    for element in root.iter("br"):
        element.tail = "\n" + (element.tail or "")
    for element in root.iter("li"):
        element.text = f"{BULLET} {element.text or ''}"
    for element in root.iter(*LINES, *PARAGRAPHS):
        mark = LINE_BREAK if element.tag in LINES else PARAGRAPH_BREAK
        element.text = mark + (element.text or "")
        element.tail = mark + (element.tail or "")
    text = re.sub(f"{BULLET}[{_SPACE}]+", f"{BULLET} ", str(root.text_content()))
    return clean_text(re.sub(f"[{_SPACE}]*[{_BREAKS}][{_SPACE}]*", _line_end, text))


def _line_end(found: re.Match[str]) -> str:
    return "\n\n" if PARAGRAPH_BREAK in found[0] or found[0].count("\n") > 1 else "\n"


def _main_text(html: str) -> dict[str, Any]:
    """The page's main text, the whole text of its body where nothing stands out as such, and what it hides.

    Of what is left out only text in the colour of its ground is spoken of: menus, dialogs and texts for screen readers
    are hidden for good reasons, and in other ways.
    """
    root = _document(html)
    body = None if root is None else root.find(".//body")
    left_out = [] if body is None else take_out_hidden(body, on_paper=False)
    if left_out:
        html = lxml.html.tostring(root, encoding="unicode")
    text = clean_text(trafilatura.extract(html, favor_recall=True) or "")
    if not text and body is not None:
        markup = re.sub(r"\s+", " ", lxml.html.tostring(body, encoding="unicode"))
        text = _plain(lxml.html.fragment_fromstring(markup, create_parent="div"))
    hidden = hidden_text((way, piece) for way, piece in left_out if way == "unseen")
    return {"description": text, "hidden": to_json(hidden)}


def _page_title(html: str) -> str:
    root = _document(html)
    return " ".join(clean_text(root.findtext(".//title") or "" if root is not None else "").split())


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> dict[str, Any]:
    return next((item for item in _as_list(value) if isinstance(item, dict)), {})


def _text(value: Any) -> str:
    value = next(iter(_as_list(value)), "")
    if isinstance(value, dict):
        value = value.get("@value", "")
    return _UNFIT.sub("", str(value)).strip() if isinstance(value, str | float | int) and value is not True else ""


def _label(value: Any) -> str:
    """A text without markup, on one line."""
    return " ".join(clean_text(_TAG.sub(" ", unescape(_text(value)))).split())


def _number(value: Any) -> float | None:
    try:
        return float(_text(value).replace(",", ""))
    except ValueError:
        return None
