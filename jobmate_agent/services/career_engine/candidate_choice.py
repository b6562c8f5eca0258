"""A second question to the model, where it is wanted: which entry of the vocabulary does a name stand for?

Asked once for all names of a document that no entry answers to by name or alias. Each comes with the entries nearest to
it in meaning, and the model answers with the id of one of them or with none. It can choose nothing else: an id that was
not offered for that very name is refused, and nothing is offered that the words themselves forbid (another product,
another number, a licence for a mere ability). Where the question fails, the names stay as they were.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.lexical_guard import may_be_chosen
from jobmate_agent.services.career_engine.llm_answer import json_in
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.prompts import load_prompt
from jobmate_agent.services.career_engine.quotes import as_sent
from jobmate_agent.services.career_engine.types import (
    NAMED_KINDS,
    Candidate,
    ChatModel,
    Embedder,
    ExtractedSkill,
    Extraction,
    LlmError,
    LlmUsage,
    VectorIndex,
    Vocabulary,
    VocabularyEntry,
)

CHOICE_VERSION = "choice-1"
MAX_ASKED = 40
OFFERED = 8
"""Entries that are offered for one name, at most."""
CHOICE_FLOOR = 0.3
"""The least cosine of an entry that is offered: low, for the model knows synonyms that the vectors do not."""
FAILED = "The model was not able to say which entries some names stand for; they were compared by name."

_PROMPT = "choose_entries"


@dataclass(frozen=True, slots=True)
class Question:
    """A name as the document has it, and the entries that it may stand for, by id."""

    name: str
    quote: str
    offered: Mapping[str, VocabularyEntry]


class CandidateChooser:
    """Bound to one model and one vocabulary. Thread-safe."""

    def __init__(
        self, model: ChatModel, vocabulary: Vocabulary, embedder: Embedder, index: VectorIndex, settings: EngineSettings
    ) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._embedder = embedder
        self._index = index
        self._settings = settings

    @property
    def version(self) -> str:
        """Changes whenever the same names would be asked about or answered differently."""
        return f"{CHOICE_VERSION} {load_prompt(_PROMPT).id}"

    def choose(self, extraction: Extraction, is_known: Callable[[ExtractedSkill], bool]) -> tuple[Extraction, LlmUsage]:
        """``extraction`` with ``entry_key`` where the model chose one, and what asking cost.

        ``is_known`` tells which skills an entry answers to; they are not asked about. Never raises for the model's
        sake: a failure is a note of the extraction.
        """
        questions = self._questions([skill for skill in extraction.skills if not is_known(skill)])
        if not questions:
            return extraction, LlmUsage()
        prompt = load_prompt(_PROMPT)
        system, user = prompt.fill({"skills": "\n".join(map(_as_line, range(1, len(questions) + 1), questions))})
        try:
            raw, usage = self._model.complete(system, user, choice_schema(questions))
        except LlmError as exc:
            return replace(extraction, notes=(*extraction.notes, FAILED)), exc.usage
        try:
            chosen = read_choices(raw, questions)
        except LlmError:
            return replace(extraction, notes=(*extraction.notes, FAILED)), usage
        skills = tuple(
            replace(skill, entry_key=None if is_known(skill) else chosen.get(normalize_name(skill.name)))
            for skill in extraction.skills
        )
        return replace(extraction, skills=skills, version=f"{extraction.version} + {prompt.id}"), usage

    def _questions(self, skills: Sequence[ExtractedSkill]) -> list[Question]:
        """One question for each name, the surest skills first, whatever their order."""
        ordered = sorted(skills, key=lambda one: (-one.confidence, normalize_name(one.name), one.evidence[0].start))
        first: dict[str, ExtractedSkill] = {}
        for skill in ordered:
            first.setdefault(normalize_name(skill.name), skill)
        names = list(first)[:MAX_ASKED]
        if not names:
            return []
        rows = self._index.nearest(self._embedder.encode(names), self._settings.candidates)
        questions = [
            Question(first[name].name, first[name].evidence[0].quote, self._offered(name, row))
            for name, row in zip(names, rows, strict=True)
        ]
        return [question for question in questions if question.offered]

    def _offered(self, name: str, candidates: Sequence[Candidate]) -> dict[str, VocabularyEntry]:
        offered: dict[str, VocabularyEntry] = {}
        for candidate in candidates:
            entry = self._vocabulary.by_id[candidate.skill_id]
            if candidate.similarity < CHOICE_FLOOR or len(offered) == OFFERED:
                break
            if entry.kind in NAMED_KINDS and may_be_chosen(name, entry.name, entry.kind):
                offered[str(entry.id)] = entry
        return offered


def choice_schema(questions: Sequence[Question]) -> dict[str, Any]:
    """The strict JSON schema of an answer to ``questions``."""
    ids = sorted({entry_id for question in questions for entry_id in question.offered})
    fields: dict[str, Any] = {
        "skill": {"type": "integer"},
        "entry": {"type": ["string", "null"], "enum": [*ids, None]},
    }
    choice = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"choices": {"type": "array", "items": choice}},
        "required": ["choices"],
        "additionalProperties": False,
    }


def read_choices(raw: str, questions: Sequence[Question]) -> dict[str, str]:
    """Normalised name → "kind:key" of what was chosen and offered. A name that is answered twice is not answered.

    :class:`LlmError` where ``raw`` holds no choices at all.
    """
    answer = json_in(raw)
    items = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise LlmError("llm_malformed", "The model's answer has no list of choices.")
    said: dict[int, set[str]] = {}
    for item in items:
        number, entry_id = (item.get("skill"), item.get("entry")) if isinstance(item, Mapping) else (None, None)
        if type(number) is int and 1 <= number <= len(questions):
            said.setdefault(number, set()).add(entry_id if isinstance(entry_id, str) else "")
    chosen: dict[str, str] = {}
    for number, ids in said.items():
        question = questions[number - 1]
        entry = question.offered.get(next(iter(ids))) if len(ids) == 1 else None
        if entry is not None:
            chosen[normalize_name(question.name)] = f"{entry.kind}:{entry.key}"
    return chosen


def _as_line(number: int, question: Question) -> str:
    """One question as a line of JSON, masked, and with nothing in it that could open or close a tag."""
    entries = [
        {"id": entry_id, "name": as_sent(entry.name), "kind": entry.kind}
        for entry_id, entry in question.offered.items()
    ]
    line = {"skill": number, "name": as_sent(question.name), "quote": as_sent(question.quote), "entries": entries}
    return json.dumps(line, ensure_ascii=False)
