"""Hides what identifies a person before a text leaves for a model, length for length, so that offsets hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

MASK = "█"

# A mask counts as part of a word wherever a pattern asks for a word's edge, so that masking one thing
# never makes its neighbour look like another.
_EDGE = rf"(?<![\w{MASK}@])"
_EMAIL = re.compile(rf"{_EDGE}[\w.%+'-]{{1,64}}@[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,190}}[A-Za-z0-9])?(?![\w{MASK}@])")
_URL = re.compile(rf"{_EDGE}(?:https?://|www\.)[^\s<>\"{MASK}]{{1,400}}[^\s<>\"{MASK}.,;:!?)\]}}]", re.IGNORECASE)
_PROFILE = re.compile(
    rf"{_EDGE}(?:linkedin|github|gitlab|bitbucket|twitter|x|facebook|instagram|medium|behance|dribbble|kaggle|t|"
    rf"stackoverflow|orcid|youtube|xing)\.(?:com|org|me|net)/([^\s<>\"{MASK},;)]{{1,200}})",
    re.IGNORECASE,
)
_HANDLE = re.compile(rf"{_EDGE}@[A-Za-z]\w{{2,30}}(?![\w/{MASK}@])")
_PHONE = re.compile(
    rf"(?<![\w{MASK}.$€£#/-])(?:\+\s?)?(?:\(\+?\d{{1,4}}\)|\d{{1,5}})"
    rf"(?:[ .\-/]{{0,2}}\(?\d{{1,5}}\)?){{1,6}}(?![\w{MASK}%])"
)
_STREET = re.compile(
    rf"(?<![\w{MASK}.$€£-])\d{{1,6}}[A-Za-z]?[ \t]+(?:(?:[NSEW]|North|South|East|West)\.?[ \t]+)?"
    r"(?:(?:[A-Z][\w.'’-]{0,30}|\d{1,3}(?:st|nd|rd|th))[ \t]+){1,4}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Ter|"
    rf"Parkway|Pkwy|Highway|Hwy|Circle|Cir|Crescent|Close|Row|Trail|Alley)\b(?![{MASK}])\.?"
    r"(?:,?[ \t]+(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|#)\.?[ \t]*\w{1,6})?"
    r"(?:,[ \t]*[A-Z][A-Za-z .'’-]{1,40},[ \t]*[A-Z]{2}[ \t]+\d{5}(?:-\d{4})?)?"
)
_PO_BOX = re.compile(rf"{_EDGE}P\.?[ \t]?O\.?[ \t]?Box[ \t]+\d{{1,8}}", re.IGNORECASE)

# Every pattern above needs one of these signs or a row of digits, or is the street pattern itself.
_SIGNS = ("@", "http", "www.", ".com/", ".org/", ".me/", ".net/", "box")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d(?:[ .\-/()]{0,4}\d){6}")

_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{1,2}[-./]\d{4}")
_LOCAL_NUMBER = re.compile(r"\d{3}[ .-]\d{4}")
_SOCIAL_SECURITY = re.compile(r"\d{3}-\d{2}-\d{4}")


def mask_personal_data(text: str) -> str:
    """``text`` with e-mail addresses, phone numbers, street addresses, URLs and handles blacked out.

    Equal length, and what is not masked is unchanged: ``masked[a:b]`` stands where ``text[a:b]`` does.
    Masking twice changes nothing.
    """
    while True:
        masked = _mask_once(text)
        if masked == text:
            return masked
        text = masked


def _mask_once(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(personal_spans(text)):
        start = max(start, at)
        if start < end:
            pieces += (text[at:start], MASK * (end - start))
            at = end
    return "".join((*pieces, text[at:]))


def personal_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where personal data stand, unordered, overlaps possible."""
    for pattern in (_EMAIL, _URL, _HANDLE, _STREET, _PO_BOX):
        for found in pattern.finditer(text):
            yield found.span()
    for found in _PROFILE.finditer(text):
        yield found.span(1)
    for found in _PHONE.finditer(text):
        if _is_phone(found.group()):
            yield found.span()


def may_hold_personal_data(text: str) -> bool:
    """False: certainly none. Much quicker than looking for them."""
    lower = text.lower()
    if any(sign in lower for sign in _SIGNS):
        return True
    return bool(_DIGIT.search(text) and (_DIGITS.search(text) or _STREET.search(text)))


def _is_phone(candidate: str) -> bool:
    """Enough digits, grouped as numbers are; not a date, nor a span of years."""
    digits = [char for char in candidate if char.isdigit()]
    if _DATE.fullmatch(candidate) or not digits:
        return False
    groups = re.findall(r"\d+", candidate)
    if all(_YEAR.fullmatch(group) for group in groups):
        return False
    if _LOCAL_NUMBER.fullmatch(candidate) or _SOCIAL_SECURITY.fullmatch(candidate):
        return True
    if candidate.startswith(("+", "(")):
        return 7 <= len(digits) <= 15
    return 10 <= len(digits) <= 15 and len(groups) <= 6
