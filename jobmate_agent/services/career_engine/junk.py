"""What stands in documents and names no skill, however much it looks like a name: places, pay, headings, employers.

A span is judged by its own words (:func:`junk_kind`) and by where it stands (:func:`junk_at`). The words that count
as junk are closed lists on purpose: what they do not know stays a name, for the extractor to judge.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.junk_words import (
    ABOUT_DEGREES,
    DEGREE,
    DEGREE_FOR_CERTAIN,
    SAYS_NOTHING,
    SAYS_NOTHING_ALONE,
    SAYS_SOMETHING,
)
from jobmate_agent.services.career_engine.place_names import is_place, may_be_place
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import DocType

Junk: TypeAlias = Literal[
    "empty", "address", "amount", "filler", "degree", "place", "employer", "offer", "heading", "boilerplate"
]
"""Why a span names no skill. ``filler``: words that say nothing by themselves. ``offer``: pay, benefits, terms of work,
and what decides who may apply at all. ``heading`` and ``boilerplate`` are about where it stands."""

_LETTERS_OF_LANGUAGES = frozenset("CR")
_LOOKS_LIKE_FILLER = frozenset({"IT"})
_WORDS = re.compile(r"[^\W_]+(?:[.'’&+#-]*[^\W_]+)*[+#]*")
_ADDRESS = re.compile(
    r"\S[^\s@]*+@\S[^\s.]*+\.\S++|(?:https?:|www\.)\S*+|"
    r"[\w.-]+\.(?:(?:com|org|net)/\S*+|(?:edu|gov|mil|html?|aspx?)(?:/\S*+)?)|"
    r"\+?[\d() .-]{7,20}|\d{1,5} [A-Z][\w.' ]{2,40}\b(?:Street|St|Avenue|Ave|Road|Rd|Blvd|Boulevard|Drive|Dr|"
    r"Lane|Ln|Suite)\.?(?: .{0,40})?",
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?s?"
_NUMBER = r"(?:[$€£]\s?)?\d[\d,.'’]*+(?:\s?(?:k|m|%|st|nd|rd|th|\+|am|pm|a\.m|p\.m|usd|eur|gbp)(?!\w))?\.?\+?"
_COUNTED = (
    r"(?:years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|usd|dollars?|euros?|pounds?|lbs?|miles?|percent|"
    r"people|employees|positions?|openings?|times?|per|an?|of|to|and|or|at|least|over|under|more|than|minimum|maximum|"
    r"up|from|until|till|through|present|current|now|date|ago|old|age|each|every|annum|annually|weekly|daily|one|two|"
    r"three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion)"
)
# Each item and what parts it from the next is matched in one way only: spans come from documents that anybody wrote,
# and a choice at every dot of "1.1.1.1" doubles the work. A dot or comma that an item takes in may be what parts it.
_AMOUNT = re.compile(
    rf"(?:(?>{_NUMBER}|(?:{_COUNTED}|{_MONTH}|{_WEEKDAY})(?!\w))(?>\s*+[-–—/.,:&]\s*+|\s++|(?<=[.,])|$))++(?<=\w|[.$%+)])",
    re.IGNORECASE,
)
# "Nurse III - Master's degree", "Associate Degree (ADN)": whatever stands before it. Not "nursing degree".
_ENDS_IN_DEGREE = re.compile(
    r"\b(?:associate|bachelor|master|doctoral)(?:['’]?s)?\s+degree(?:\s*\([A-Z.]{2,6}\)?)?$", re.IGNORECASE
)
# "GS-11", "FG/GS-13": grades of pay.
_GRADE = re.compile(
    r"(?:(?:GS|GG|WG|WL|WS|FV|FG|ZP|NF|NH|GM|SES)[-/ ]?)+(?:\d{1,2}|[IV]{1,3})?|(?:SV|ES|NC)-[A-Z]|KSAs?"
)
_COUNTS = re.compile(rf"\d|\b{_MONTH}|\b{_WEEKDAY}\b", re.IGNORECASE)
_OFFER = re.compile(
    r"""(?:(?:highly\s|very\s|and\s|our\s|an?\s|the\s|full\s|comprehensive\s|excellent\s|great\s|generous\s|attractive\s|
        competitive\s|company[\s-]paid\s|employer[\s-]paid\s|subsidi[sz]ed\s|fully\s|paid\s|free\s|annual\s|unlimited\s|
        performance\s|private\s|group\s|flexible\s|optional\s|additional\s|monthly\s|on-site\s|onsite\s|healthy\s)*)
    (?:401\s?\(?k\)?(?:\s(?:plan|match(?:ing)?|retirement\splan|with\smatch(?:ing)?))?|403\s?\(?b\)?(?:\splan)?|pto|
       (?:time\soff|vacations?|holidays?|sick\s(?:leave|days?|time|pay)|vacation\s(?:days?|time|pay|leave)|annual\sleave|
          (?:maternity|paternity|parental|family|bereavement|adoption)\sleave|personal\sdays?)|
       (?:health|medical|dental|vision|life|disability|healthcare|health\scare)(?:(?:,\s|\s?/\s?|,?\sand\s|\s&\s)
          (?:health|medical|dental|vision|life|disability))*\s(?:insurance|benefits?|cover(?:age)?|plans?)|
       (?:salary|salaries|wages?|pay|compensation|remuneration|benefits?|perks)(?:\s(?:range|package|packages|plan|
          negotiable|dependent|commensurate|scale|rate|plus|and|&|benefits?|bonus(?:es)?|perks|commission|experience|with|
          on|doe))*|
       (?:signing|sign-on|referral|retention|yearly|quarterly|year-end|discretionary)?\s?bonus(?:es)?(?:\s(?:scheme|
          plan|program|structure|potential))?|
       (?:stock|share)\s(?:options?|purchase\splan|plan|grants?)|equity(?:\s(?:package|participation|stake))|
       (?:retirement|pension|savings|profit[\s-]sharing)\s(?:plan|plans|scheme|benefits|match(?:ing)?)|
       (?:tuition|education(?:al)?|fitness|cell\sphone|phone|mileage|travel|childcare|commuter|gym)\s(?:reimbursement|
          assistance|allowance|benefits?|stipend|discount)|relocation(?:\s(?:assistance|package|support|expenses))?|
       (?:employee|staff|product|merchandise|corporate)\sdiscounts?|employee\sassistance\sprogram|
       gym(?:\s(?:membership|access))?|company\s(?:car|laptop|phone|events|outings|pension)|
       (?:lunch(?:es)?|snacks?|drinks|coffee|meals?|parking|beer|breakfast|fruit)(?:(?:,\s|\sand\s|\s&\s)(?:lunch(?:es)?|
          snacks?|drinks|coffee|meals?|parking|beer|breakfast|fruit))*|
       (?:full|part)[\s-]?time(?:\s(?:position|role|job|employment|hours|permanent|contract))?|permanent(?:\s(?:position|
          role|contract|job|full[\s-]time))?|temporary(?:\s(?:position|role|contract))?|fixed[\s-]term(?:\scontract)?|
       (?:freelance|contract|seasonal)\s(?:position|role|basis)|
       (?:flexible|flexi|core|working|business|office|regular|remote|extended|long|irregular)[\s-](?:work(?:ing)?\s)?
          (?:hours|time|schedules?|days)|
       (?:day|night|evening|morning|swing|graveyard|rotating|weekend|first|second|third|1st|2nd|3rd)[\s-]shifts?|
       (?:work\s)?(?:evenings?|weekends?|nights|overtime)(?:(?:,\s|,?\sand\s|\sor\s|,?\sand/or\s)(?:evenings?|weekends?|
          nights|overtime|holidays))*(?:\s(?:work|hours|pay|availability|as\sneeded|required))?|
       (?:work[\s-]from[\s-]home|telework|telecommut(?:e|ing)|remote(?:\swork)?|work[\s-]life[\s-]balance)|
       (?:criminal\s)?background\s(?:check|screen)s?|(?:pre-employment\s)?drug[\s-](?:test|screen)s?|
       pre-employment\s(?:physical|medical)(?:\sexam(?:ination)?)?|
       (?:u\.?s\.?|united\sstates)\scitizen(?:ship|s)?|citizenship|(?:federal|civil|military)\sservice|medical\sexamination|driving\srecord|work\s(?:authori[sz]ation|permit|visa)|visa\s
          sponsorship|(?:legally\s)?authori[sz]ed\sto\swork.{0,40}|right\sto\swork.{0,20}|(?:permanent|green\scard)\s
          (?:resident|holder)s?|selective\sservice(?:\sregistration)?|(?:direct\sdeposit)|(?:reliable|own)\s
          (?:transportation|car|vehicle)|(?:equal\s(?:employment\s)?opportunity|eeo|affirmative\saction)(?:\semployer)?|
       (?:cover\sletter|resume|cv|curriculum\svitae|references|salary\s(?:requirements|expectations|history))
          (?:(?:,\s|\sand\s|\s&\s)(?:cover\sletter|resume|cv|references|salary\s(?:requirements|expectations|history)))*
    )(?:\s(?:package|available|provided|included|offered|required|eligible|option|options))?""",
    re.IGNORECASE | re.VERBOSE,
)
_MAY_BE_OFFER = re.compile(
    r"(?:health|medical|dental|vision|life|disability|retirement|pension|insurance|equity|commission|wellness|fitness|"
    r"vacation|bonus|holidays?|transportation|travel|training|career (?:growth|development|progression)|housing|"
    r"education|family|accident|long[- ]term disability|short[- ]term disability|fsa|hsa|flexible spending accounts?)",
    re.IGNORECASE,
)
_LEGAL_FORM = (
    r"(?:,?\s+(?:inc|incorporated|llc|l\.l\.c|llp|ltd|limited|gmbh|corp|corporation|pty)\.?|"
    r",\s+(?:plc|co|ag|sa|bv)\.?)+"
)
_ORGANISATION = re.compile(
    rf"[\w&.'’ -]{{2,60}}(?i:{_LEGAL_FORM})|"
    r"(?:[A-Z][\w.&'’-]*\s+){1,5}(?:University|College|Hospital|Inc|LLC|Ltd|GmbH|Corporation|Medical Center)|"
    r"(?:The\s+)?(?:University|Department|Bureau|Ministry|College|Institute|Board)\s+of\s+(?:the\s+)?"
    r"(?:[A-Z][\w.&'’-]++,?\s*+(?:and\s+|&\s+)?){1,3}"
)
_EDGES = " \t\n\r.,;:!?()[]{}\"'“”‘’*_|/•·▪●◦‣–—-&"
_ITEMS = re.compile(r"[,;|/•·\n]|\s-\s|\b(?:and|or)\b|&")
_LONGEST_LIST = 600


def junk_kind(text: str, doc_type: DocType = "job") -> Junk | None:
    """Why ``text``, the words of a span, names no skill whatever stands around it; None: it may.

    Pay, benefits and terms are junk in postings only: on a resume nobody is offered anything, and "401(k) plans" is
    what somebody administers.
    """
    raw = " ".join(text.split())
    bare = raw.strip(_EDGES)
    words = [word.lower() for word in _WORDS.findall(bare.replace("’", "'"))]
    if not words or not any(char.isalpha() for char in bare):
        return "amount" if any(char.isdigit() for char in bare) else "empty"
    if len(bare) == 1:
        return None if bare in _LETTERS_OF_LANGUAGES else "empty"
    if _ADDRESS.fullmatch(raw.strip(" ,;()<>")):
        return "address"
    if _GRADE.fullmatch(bare) or (_AMOUNT.fullmatch(bare) and _COUNTS.search(bare)):
        return "amount"
    return _of_words(words, bare) or _of_names(bare) or _of_offers(bare, doc_type)


def _of_words(words: list[str], bare: str) -> Junk | None:
    if bare in _LOOKS_LIKE_FILLER:
        return None
    if len(words) == 1 and words[0] in SAYS_NOTHING_ALONE:
        return "filler"
    if all(word in SAYS_NOTHING for word in words) and not SAYS_SOMETHING.intersection(words):
        return "filler"
    if DEGREE_FOR_CERTAIN.intersection(words) and all(word in DEGREE or word in ABOUT_DEGREES for word in words):
        return "degree"
    if _ENDS_IN_DEGREE.search(bare):
        return "degree"
    return None


def _of_names(bare: str) -> Junk | None:
    if is_place(bare):
        return "place"
    if _ORGANISATION.fullmatch(bare):
        return "employer"
    return None


def _of_offers(bare: str, doc_type: DocType) -> Junk | None:
    return "offer" if doc_type == "job" and _OFFER.fullmatch(bare) else None


def junk_at(document: Document, start: int, end: int) -> Junk | None:
    """Why ``document.text[start:end]`` names no skill where it stands; None: it may.

    Beyond its own words (:func:`junk_kind`): headings, boilerplate, and names that mean a place or a benefit only
    because the rest of their list does ("medical, dental, vision, life").
    """
    text = document.text[start:end]
    if kind := junk_kind(text, document.doc_type):
        return kind
    sentence = document.at(start)
    if sentence is None:
        return "heading"
    if sentence.section is Section.BOILERPLATE:
        return "boilerplate"
    bare = " ".join(text.split()).strip(_EDGES)
    if may_be_place(bare) and _beside(document, sentence, "place"):
        return "place"
    if document.doc_type == "job" and _MAY_BE_OFFER.fullmatch(bare) and _beside(document, sentence, "offer"):
        return "offer"
    return None


def _beside(document: Document, sentence: Sentence, kind: Junk) -> bool:
    """Whether most items of the sentence's list are, or may be, of ``kind``, and one is for certain."""
    text = document.text[max(sentence.start, sentence.label_end) : sentence.end][:_LONGEST_LIST]
    items = [item for part in _ITEMS.split(text) if (item := " ".join(part.split()).strip(_EDGES))]
    sure = sum(junk_kind(item, document.doc_type) == kind for item in items)
    maybe = sum(_may_be(item, kind) for item in items)
    return sure > 0 and 2 * (sure + maybe) > len(items)


def _may_be(item: str, kind: Junk) -> bool:
    return may_be_place(item) if kind == "place" else bool(_MAY_BE_OFFER.fullmatch(item))
