"""Extraction by a language model, of which nothing is believed that the document does not say."""

from __future__ import annotations

from jobmate_agent.services.career_engine.claim_check import ClaimCheck
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.level_scale import scale_as_text
from jobmate_agent.services.career_engine.llm_answer import MAX_SKILLS, Answer, answer_schema, read_answer
from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.prompts import Prompt, load_prompt
from jobmate_agent.services.career_engine.quotes import MAX_QUOTE, as_sent
from jobmate_agent.services.career_engine.types import ChatModel, DocType, Extraction, LlmError, LlmUsage

LLM_VERSION = "llm-2"
ANSWERS_TRIED = 2
"""Answers asked for before a malformed, empty or truncated one is accepted as a failure."""

_PROMPTS: dict[DocType, str] = {"resume": "extract_resume_skills", "job": "extract_job_skills"}
_WORTH_ANOTHER_TRY = frozenset({"llm_malformed", "llm_empty", "llm_truncated"})


class LlmExtractor:
    """Asks ``model`` for a document's skills, then checks each against the text. Thread-safe."""

    def __init__(self, model: ChatModel, settings: EngineSettings, matcher: SkillMatcher) -> None:
        """``matcher`` knows other forms of a skill's name ("k8s"), which also count as naming it."""
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
        check = ClaimCheck(text, sent, doc_type, self._levels, self._matcher)
        skills, refused = check.borne_out(answer.claims)
        dropped = answer.unusable + refused
        if answer.claims and not skills:
            raise LlmError("llm_malformed", f"The text bears out none of the {dropped} skills in the model's answer.")
        notes = (f"The model's list was cut at {MAX_SKILLS} skills.",) if answer.cut else ()
        return Extraction(
            doc_type=doc_type,
            skills=skills,
            extractor="llm",
            version=prompt.id,
            model=self._model.model_id,
            dropped=dropped,
            notes=notes,
        )
