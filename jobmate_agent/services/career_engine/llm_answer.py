"""The shape that a model must answer in, and what of an answer can be used at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobmate_agent.services.career_engine.types import LEVEL_LABELS, DocType, LlmError

MAX_SKILLS = 80
MAX_NAME = 120
MAX_WORDS = 400
MAX_ANSWER = 1_000_000
UNKNOWN = "unknown"
LEVELS = (UNKNOWN, *LEVEL_LABELS[1:])

_FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ClaimedSkill:
    """One skill as the model claims it; nothing here is believed yet. ``level`` 0–4, None: unknown."""

    name: str
    quote: str
    level: int | None
    level_words: str
    required: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The claims of one answer; ``unusable`` counts items that are not claims at all."""

    claims: tuple[ClaimedSkill, ...]
    unusable: int
    cut: bool


def answer_schema(doc_type: DocType) -> dict[str, Any]:
    """The strict JSON schema of an answer about a document of ``doc_type``."""
    fields: dict[str, Any] = {
        "name": {"type": "string"},
        "quote": {"type": "string"},
        "level": {"type": "string", "enum": list(LEVELS)},
        "level_words": {"type": ["string", "null"]},
    }
    if doc_type == "job":
        fields["required"] = {"type": "boolean"}
    skill = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"skills": {"type": "array", "items": skill}},
        "required": ["skills"],
        "additionalProperties": False,
    }


def read_answer(raw: str) -> Answer:
    """The claims in ``raw``; :class:`LlmError` ``llm_empty`` or ``llm_malformed`` where it holds none."""
    answer = json_in(raw)
    items = answer.get("skills") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise LlmError("llm_malformed", "The model's answer has no list of skills.")
    claims = [claim for item in items[:MAX_SKILLS] if (claim := _claim(item)) is not None]
    if items and not claims:
        raise LlmError("llm_malformed", "No item of the model's answer has a name and a quote.")
    considered = min(len(items), MAX_SKILLS)
    return Answer(tuple(claims), considered - len(claims), len(items) > MAX_SKILLS)


def json_in(raw: str) -> object:
    """The JSON value in ``raw``, fenced or not; :class:`LlmError` ``llm_empty`` or ``llm_malformed``."""
    if not raw.strip():
        raise LlmError("llm_empty", "The model answered with nothing.")
    if len(raw) > MAX_ANSWER:
        raise LlmError("llm_malformed", "The model's answer is out of all proportion.")
    fenced = _FENCE.fullmatch(raw)
    try:
        value: object = json.loads(fenced[1] if fenced else raw)
    except (ValueError, RecursionError) as exc:
        raise LlmError("llm_malformed", "The model's answer is not JSON.") from exc
    return value


def _claim(item: object) -> ClaimedSkill | None:
    if not isinstance(item, Mapping):
        return None
    name, quote = item.get("name"), item.get("quote")
    if not isinstance(name, str) or not isinstance(quote, str):
        return None
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME or not quote.strip() or len(quote) > MAX_WORDS * 5:
        return None
    words = item.get("level_words")
    level = item.get("level")
    return ClaimedSkill(
        name=name,
        quote=quote,
        level=LEVEL_LABELS.index(level) if isinstance(level, str) and level in LEVEL_LABELS[1:] else None,
        level_words=words if isinstance(words, str) and len(words) <= MAX_WORDS else "",
        required=item.get("required") is not False,
    )
