"""Extraction by a language model, of which nothing is believed that the document does not say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.level_scale import scale_as_text
from jobmate_agent.services.career_engine.llm_answer import MAX_SKILLS, Answer, ClaimedSkill, answer_schema, read_answer
from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.name_support import supporting_span
from jobmate_agent.services.career_engine.prompts import Prompt, load_prompt
from jobmate_agent.services.career_engine.quotes import MAX_QUOTE, QuoteFinder, as_sent, quote_around
from jobmate_agent.services.career_engine.tokens import token_key
from jobmate_agent.services.career_engine.types import (
    ChatModel,
    DocType,
    Evidence,
    ExtractedSkill,
    Extraction,
    Level,
    LlmError,
    LlmUsage,
)

LLM_VERSION = "llm-1"
ANSWERS_TRIED = 2
"""Answers asked for before a malformed, empty or truncated one is accepted as a failure."""
MAX_EVIDENCE = 5
LEVEL_WORDS_REACH = 240
"""Characters around a quote within which the words for its level must stand."""
CONFIDENCE = 0.9

_PROMPTS: dict[DocType, str] = {"resume": "extract_resume_skills", "job": "extract_job_skills"}
_WORTH_ANOTHER_TRY = frozenset({"llm_malformed", "llm_empty", "llm_truncated"})


class LlmExtractor:
    """Asks ``model`` for a document's skills, then checks each against the text. Thread-safe."""

    def __init__(self, model: ChatModel, settings: EngineSettings, matcher: SkillMatcher | None = None) -> None:
        """``matcher`` knows other forms of a skill's name ("k8s"), which then also count as naming it."""
        self._model = model
        self._levels = LevelReader(settings.years_bounds)
        self._matcher = matcher

    @property
    def version(self) -> str:
        """Changes whenever the same document and model would be read differently."""
        return " ".join((LLM_VERSION, *(load_prompt(name).id for name in _PROMPTS.values())))

    def extract(self, text: str, doc_type: DocType) -> tuple[Extraction, LlmUsage]:
        """The skills that the model found and the text bears out, and what asking cost.

        :class:`LlmError` where no usable answer came; its ``usage`` is the cost of all that was tried.
        """
        prompt = load_prompt(_PROMPTS[doc_type])
        sent = as_sent(text)
        usage = LlmUsage()
        for tries_left in reversed(range(ANSWERS_TRIED)):
            try:
                raw, cost = self._ask(prompt, sent, doc_type)
                usage += cost
                return self._checked(read_answer(raw), text, sent, doc_type, prompt), usage
            except LlmError as exc:
                usage += exc.usage
                if not tries_left or exc.reason not in _WORTH_ANOTHER_TRY:
                    raise LlmError(exc.reason, str(exc), usage) from exc
        raise AssertionError("unreachable: the last try returns or raises")

    def _ask(self, prompt: Prompt, sent: str, doc_type: DocType) -> tuple[str, LlmUsage]:
        system, user = prompt.fill(
            {
                "document": sent,
                "level_scale": scale_as_text(),
                "max_quote": str(MAX_QUOTE),
                "max_skills": str(MAX_SKILLS),
            }
        )
        return self._model.complete(system, user, answer_schema(doc_type))

    def _checked(self, answer: Answer, text: str, sent: str, doc_type: DocType, prompt: Prompt) -> Extraction:
        check = _Check(QuoteFinder(text, sent), text, self._levels, self._matcher)
        skills: dict[str, ExtractedSkill] = {}
        dropped = answer.unusable
        for claim in answer.claims:
            skill = check.borne_out(claim, doc_type)
            if skill is None:
                dropped += 1
                continue
            key = token_key(skill.name)
            skills[key] = _merged(skills[key], skill) if key in skills else skill
        if answer.claims and not skills:
            raise LlmError("llm_malformed", f"The text bears out none of the {dropped} skills in the model's answer.")
        notes = (f"The model's list was cut at {MAX_SKILLS} skills.",) if answer.cut else ()
        return Extraction(
            doc_type=doc_type,
            skills=tuple(skills.values()),
            extractor="llm",
            version=prompt.id,
            model=self._model.model_id,
            dropped=dropped,
            notes=notes,
        )


@dataclass(frozen=True, slots=True)
class _Check:
    """Holds claims against one text."""

    finder: QuoteFinder
    text: str
    levels: LevelReader
    matcher: SkillMatcher | None

    def borne_out(self, claim: ClaimedSkill, doc_type: DocType) -> ExtractedSkill | None:
        """The claim with its evidence; None: its quote is not in the text, or speaks of something else."""
        span = next(self.finder.spans(claim.quote), None)
        if span is None:
            return None
        start, end = span
        named = supporting_span(claim.name, self.text[start:end], self.matcher)
        if named is None:
            return None
        focus = start + named[0], start + named[1]
        return ExtractedSkill(
            name=claim.name,
            token=self.text[focus[0] : focus[1]],
            evidence=(quote_around(self.text, start, end, *focus),),
            level=self._level(claim, start, end),
            required=claim.required if doc_type == "job" else True,
            confidence=CONFIDENCE,
        )

    def _level(self, claim: ClaimedSkill, start: int, end: int) -> Level | None:
        """The claimed level, at most one step from what its words say; None where no such words stand by the quote."""
        if claim.level is None or not claim.level_words:
            return None
        stated, years = self.levels.stated(claim.level_words)
        if stated is None:
            return None
        for low, high in self.finder.spans(claim.level_words):
            if (
                low < end + LEVEL_WORDS_REACH
                and high > start - LEVEL_WORDS_REACH
                and self._same_part(low, high, start, end)
            ):
                score = min(max(claim.level, stated - 1, 0), stated + 1, 4)
                return Level(score, years, CONFIDENCE, (" ".join(self.text[low:high].split()),))
        return None

    def _same_part(self, low: int, high: int, start: int, end: int) -> bool:
        """Whether no empty line lies between the level's words and the quote."""
        between = self.text[high:start] if high <= start else self.text[end:low]
        return "\n\n" not in between.replace("\r", "").replace(" ", "")


def _merged(one: ExtractedSkill, other: ExtractedSkill) -> ExtractedSkill:
    """Two finds of one skill: all evidence, the higher level, required if either is."""
    evidence: list[Evidence] = list(one.evidence)
    evidence += [piece for piece in other.evidence if piece not in evidence]
    levels = [level for level in (one.level, other.level) if level is not None]
    return replace(
        one,
        evidence=tuple(evidence[:MAX_EVIDENCE]),
        level=max(levels, key=lambda level: level.score, default=None),
        required=one.required or other.required,
    )
