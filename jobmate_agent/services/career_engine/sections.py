"""Which part of a posting or resume a heading opens."""

from __future__ import annotations

import re
from enum import StrEnum

from jobmate_agent.services.career_engine.tokens import token_key
from jobmate_agent.services.career_engine.types import DocType


class Section(StrEnum):
    """What the lines under a heading are about. ``BOILERPLATE`` says nothing about the person or the work."""

    NEUTRAL = "neutral"
    SUMMARY = "summary"
    SKILLS = "skills"
    REQUIRED = "required"
    PREFERRED = "preferred"
    DUTIES = "duties"
    EXPERIENCE = "experience"
    PROJECTS = "projects"
    EDUCATION = "education"
    CERTIFICATES = "certificates"
    BOILERPLATE = "boilerplate"


WORK_SECTIONS = frozenset(Section) - {Section.NEUTRAL, Section.BOILERPLATE}

_ABOUT_THE_WORK = (
    r"about (?:the |this |your )?(?:role|position|job|opportunity|work|internship|assignment|project|you|me|myself)\b"
)
# Order decides: the first pattern that fits names the section. Headings arrive as token keys (see tokens.py).
_POSTING: tuple[tuple[Section, str], ...] = (
    (Section.REQUIRED, r"(?:all )?about you$|who you are$"),
    (Section.DUTIES, _ABOUT_THE_WORK),
    (
        Section.BOILERPLATE,
        r"about\b|(?:our |the )?(?:company|organi[sz]ation|firm|employer|place|shop|school|team|practice|story|values|"
        r"culture|mission|vision|deal|offer|terms|conditions|location|welcome|benefits|perks|rewards|disclaimer|"
        r"legal notice|privacy|notes?|contact)(?: overview| profile| description| package| info| information)?$|"
        r"who we are|why (?:join|work|us|you ll|choose|we)|join us|life at|"
        r"(?:what )?we offer|what you(?: ll| will)? (?:get|receive|gain)|what s in it|what is in it|in return|"
        r"our (?:commitment|promise|story|values|culture|mission|history|benefits|people|offer)|"
        r"how to apply|to apply|apply|applying|application|next steps|"
        r"(?:interview|hiring|selection|recruitment) (?:process|steps)|"
        r"equal|eeo|diversity|inclusion|accommodations?|working hours$|hours$|schedule$|shifts?$|"
        r"work(?:ing)? environment|physical (?:demands|environment)",
    ),
    (
        Section.BOILERPLATE,
        r".*\b(?:benefits|perks|compensation|salary|pay|remuneration|eeo|equal opportunity|total rewards)\b"
        r"(?! (?:administration|analysis|management|programs?|specialist))",
    ),
    (
        Section.PREFERRED,
        r".*\b(?:nice to haves?|preferred|preferences|desired|desirable|bonus(?: points| skills)?|good to haves?|"
        r"extra credit|would (?:be|help)|also (?:good|helps?|welcome)|helpful|a plus|pluses|optional|advantages?|"
        r"advantageous|added value|even better|brownie points)\b|(?:nice|plus)$",
    ),
    (
        Section.REQUIRED,
        r".*\b(?:requirements?|required|qualifications?|must haves?|essentials?|prerequisites?|criteria|"
        r"what you(?: ll| will)? (?:need|bring|have)|what we (?:need|ask|expect|require|look for|want)|"
        r"what we (?:re|are) looking for|who we (?:re|are) looking for|ideal candidate|you(?: ll| will)? (?:need|have|"
        r"bring|must)|we (?:need|require|expect|look for|ask)|your (?:profile|background|qualifications|strengths)|"
        r"skills|competenc(?:y|ies)|abilities|knowledge|licen[cs]es?|certifications?|credentials|education|"
        r"tech(?:nology|nical)? stack|technologies|tools)\b|needs?$|experience$|.* experience$|looking for$",
    ),
    (
        Section.DUTIES,
        r".*\b(?:responsibilit(?:y|ies)|duties|accountabilities|tasks|functions|"
        r"what (?:you|the|we)(?: ll| will)?\b.*|(?:the|your) (?:role|job|work|day|part|run|mission|impact|position)|"
        r"in this (?:role|position|job)|job (?:description|summary)|(?:position|role) (?:description|summary|overview)|"
        r"day to day|a day in|key objectives|work you ll do)\b|you(?: will| ll)(?: be)?$|role$|job$|summary$|overview$",
    ),
)
_RESUME: tuple[tuple[Section, str], ...] = (
    (
        Section.BOILERPLATE,
        r"(?:professional |personal )?references?(?: available.*)?$|referees$|hobbies.*|(?:personal )?interests.*|"
        r"(?:personal )?(?:details|information)$|contact.*|declaration$|availability$",
    ),
    (
        Section.SKILLS,
        r".*\b(?:skills?|skill set|technologies|competenc(?:y|ies)|tools|proficienc(?:y|ies)|expertise|tech stack|"
        r"technical (?:summary|profile|toolkit)|toolbox|strengths|languages|software|capabilities|qualifications)\b",
    ),
    (
        Section.CERTIFICATES,
        r".*\b(?:certificat(?:e|es|ion|ions)|certified|licen[cs]es?|licensure|credentials?|accreditations?)\b",
    ),
    (Section.PROJECTS, r".*\b(?:projects?|portfolio|publications|open source)\b"),
    (
        Section.EDUCATION,
        r".*\b(?:education|academic(?:s| background)?|studies|degrees?|coursework|courses|trainings?|schooling|"
        r"apprenticeship|professional development)\b",
    ),
    (
        Section.EXPERIENCE,
        r".*\b(?:experience|employment|work history|career|positions|internships?|volunteer(?:ing)?|"
        r"professional background|military service|clinical rotations)\b",
    ),
    (
        Section.SUMMARY,
        r".*\b(?:summary|profile|objective|about|overview|personal statement|introduction|highlights|goals?)\b",
    ),
)
_TABLES = {
    "job": tuple((section, re.compile(pattern)) for section, pattern in _POSTING),
    "resume": tuple((section, re.compile(pattern)) for section, pattern in _RESUME),
}


def section_named(heading: str, doc_type: DocType) -> Section | None:
    """The section that ``heading`` opens; None: its words say nothing about it."""
    key = token_key(heading[:120])
    for section, pattern in _TABLES[doc_type]:
        if pattern.match(key):
            return section
    return None
