"""A resume against every occupation: read it, map it to the vocabulary, rank.

The steps follow each other without a branch, so there is no graph here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jobmate_agent.agents.attempt import Attempt
from jobmate_agent.agents.extraction import ExtractionCache
from jobmate_agent.container import Container
from jobmate_agent.services import run_results
from jobmate_agent.services.career_engine.types import Extraction, MappedSkill
from jobmate_agent.services.gaps import inputs
from jobmate_agent.services.onet import releases
from jobmate_agent.services.onet.match_answer import Page, held_skills, match_held
from jobmate_agent.services.onet.matching import HeldSkill


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """A user's own resume, the release to match it in, and which part of the ranking is wanted."""

    user_id: str
    resume_id: int
    release_id: int
    page: Page
    years_experience: float | None


def run_match_agent(question: MatchQuestion, *, container: Container, attempt: Attempt) -> dict[str, Any]:
    """Rank occupations by a resume's skills and store the answer as the run's result.

    The answer is that of :func:`match_answer.match_held`, with ``resume_id``, ``resolved`` and ``unresolved`` (skills
    that the resume names and the vocabulary lacks), ``degraded`` and, where so, ``degraded_reason``. Raises
    ``resume_not_found``, and whatever ``attempt`` raises when its run is lost.
    """
    engine = container.engine
    extractions = ExtractionCache(container.db, engine, container.extraction_locks)
    with _step(attempt, "load_resume"), container.db.reading() as session:
        resume = inputs.own_resume(session, question.user_id, question.resume_id)
    with _step(attempt, "extract_resume_skills"):
        found = extractions.extract(
            resume.text, "resume", owner_id=question.user_id, use_llm=resume.llm_consent, spent=attempt.spent
        )
    with _step(attempt, "map_to_onet"):
        nothing = Extraction(doc_type="job", skills=(), extractor="keyword", version=found.version)
        mapped = engine.map(found, nothing).resume
    with _step(attempt, "rank_occupations"), container.db.reading() as session:
        release = releases.by_id(session, question.release_id)
        answer = match_held(session, release, _held(mapped), question.years_experience, question.page)
    result = {**answer, **_names(mapped), "resume_id": question.resume_id, **_degraded(found)}
    with _step(attempt, "persist_match"), container.db.unit_of_work() as session:
        attempt.succeed(session)
        if attempt.run_id is not None:
            run_results.store(session, attempt.run_id, result)
    return result


def _held(mapped: Sequence[MappedSkill]) -> dict[int, HeldSkill]:
    return held_skills(
        HeldSkill(
            skill.entry.id,
            skill.level.score if skill.level else None,
            skill.level.years if skill.level else None,
        )
        for skill in mapped
        if skill.entry is not None
    )


def _names(mapped: Sequence[MappedSkill]) -> dict[str, Any]:
    """What was made of the names in the resume, in order of name."""
    ordered = sorted(mapped, key=lambda skill: skill.name.casefold())
    resolved = [
        {
            "name": skill.tokens[0] if skill.tokens else skill.name,
            "method": skill.method,
            "skills": [{"skill_id": skill.entry.id, "name": skill.entry.name, "kind": skill.entry.kind}],
        }
        for skill in ordered
        if skill.entry is not None
    ]
    return {"resolved": resolved, "unresolved": [skill.name for skill in ordered if skill.entry is None]}


def _degraded(found: Extraction) -> dict[str, Any]:
    reason = found.degraded_reason
    return {"degraded": reason is not None, **({} if reason is None else {"degraded_reason": reason})}


@contextmanager
def _step(attempt: Attempt, name: str) -> Iterator[None]:
    """Show that a step is being worked on; one that fails is not left."""
    attempt.enter(name)
    yield
    attempt.leave(name)
