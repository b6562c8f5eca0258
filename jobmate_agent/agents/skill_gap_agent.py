"""The written analysis of the gap between two occupations as a LangGraph graph: wiring only.

``load_gap → write_analysis → check_analysis (→ write_analysis once more) → persist_analysis``. Without a model, or
where its answers cannot be used, the analysis is written by rule. What a model wrote is kept under all that it depends
on, so that nobody pays for it twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langsmith import tracing_context

from jobmate_agent.agents.attempt import Attempt, NoRun
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.services import run_results
from jobmate_agent.services.career_engine.types import ChatModel, LlmError, LlmUsage
from jobmate_agent.services.gaps import extractions
from jobmate_agent.services.onet import gap_analysis, gap_prompt, releases
from jobmate_agent.services.onet.gap_prompt import GapQuestion
from jobmate_agent.services.onet.gap_sides import Lookup, practice_of, side_from_anywhere
from jobmate_agent.services.onet.learning import Practice
from jobmate_agent.services.onet.skill_gap import compare

SkillGapGraph: TypeAlias = CompiledStateGraph[Any, Any, Any, Any]

ANSWERS_TRIED = 2
"""Answers asked for before the analysis is written by rule."""
_WORTH_ANOTHER_TRY = frozenset({"llm_malformed", "llm_empty", "llm_truncated"})


@dataclass(frozen=True, slots=True)
class SkillGapContext:
    """What the nodes work with."""

    db: Database
    lookup: Lookup
    model: ChatModel | None
    attempt: Attempt


class SkillGapState(TypedDict, total=False):
    """What the nodes hand on. ``raw`` and ``problems`` are of the model's last answer, ``written`` what is shown.

    ``written``: ``{analysis, written_by, degraded, degraded_reason, model, prompt_version}``.
    """

    question: GapQuestion
    gap: dict[str, Any]
    practice: Mapping[int, Practice]
    tries: int
    raw: str
    problems: tuple[str, ...]
    written: dict[str, Any]
    is_new: bool
    result: dict[str, Any]


def load_gap(state: SkillGapState, runtime: Runtime[SkillGapContext]) -> SkillGapState:
    """The gap by level, what exercises its skills, and the analysis of it that a model has written before."""
    context, question = runtime.context, state["question"]
    with _step(context, "load_gap"):
        with context.db.reading() as session:
            release = releases.by_id(session, question.release_id)
        held, asked = (
            side_from_anywhere(context.db, context.lookup, release, code, question.kind)
            for code in (question.from_code, question.to_code)
        )
        gap = compare(release, "by_level", question.kind, held, asked)
        with context.db.reading() as session:
            exercised = practice_of(session, release.id, gap)
            kept = extractions.find(session, question.key(context.model.model_id)) if context.model else None
        loaded: SkillGapState = {"gap": gap, "practice": exercised, "tries": 0, "problems": (), "is_new": False}
        return loaded if kept is None else {**loaded, "written": kept}


def write_analysis(state: SkillGapState, runtime: Runtime[SkillGapContext]) -> SkillGapState:
    """Ask the model, where there is one and something to write about; otherwise write by rule."""
    context, gap, tries = runtime.context, state["gap"], state["tries"] + 1
    with _step(context, "write_analysis"):
        if context.model is None or not gap.get("gap"):
            return {"written": _by_rule(state, None)}
        system, user = gap_prompt.fill(gap, state["practice"], state["problems"])
        try:
            raw, usage = context.model.complete(system, user, gap_analysis.answer_schema(gap))
        except LlmError as exc:
            _spend(context, exc.usage)
            if exc.reason in _WORTH_ANOTHER_TRY and tries < ANSWERS_TRIED:
                return {"tries": tries, "raw": "", "problems": (str(exc),)}
            return {"written": _by_rule(state, exc.reason)}
        _spend(context, usage)
        return {"tries": tries, "raw": raw, "problems": ()}


def check_analysis(state: SkillGapState, runtime: Runtime[SkillGapContext]) -> SkillGapState:
    """Believe an answer only if every skill that it names is one of the gap's."""
    context = runtime.context
    with _step(context, "check_analysis"):
        if state["problems"]:
            return {}
        checked = gap_analysis.check(state["raw"], state["gap"])
        if checked.analysis is not None:
            assert context.model is not None
            written = {"analysis": checked.analysis, "written_by": "llm", "degraded": False}
            named = {"model": context.model.model_id, "prompt_version": gap_prompt.prompt_id()}
            return {"written": {**written, **named}, "is_new": True}
        if state["tries"] < ANSWERS_TRIED:
            return {"problems": checked.problems}
        return {"written": _by_rule(state, "llm_malformed")}


def persist_analysis(state: SkillGapState, runtime: Runtime[SkillGapContext]) -> SkillGapState:
    """Store the result and the end of the run in one transaction."""
    context, gap = runtime.context, state["gap"]
    result = {**gap, **state["written"]} if gap["comparable"] else gap
    with _step(context, "persist_analysis"), context.db.unit_of_work() as session:
        context.attempt.succeed(session)
        if state["is_new"] and _is_of_the_release(gap):
            assert context.model is not None
            extractions.store(session, state["question"].key(context.model.model_id), None, state["written"])
        if context.attempt.run_id is not None:
            run_results.store(session, context.attempt.run_id, result)
    return {"result": result}


@cache
def skill_gap_graph() -> SkillGapGraph:
    """The compiled graph, made when it is first needed."""
    graph = StateGraph(SkillGapState, context_schema=SkillGapContext)
    for node in (load_gap, write_analysis, check_analysis, persist_analysis):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "load_gap")
    graph.add_conditional_edges("load_gap", _unless_written("write_analysis"))
    graph.add_conditional_edges("write_analysis", _unless_written("check_analysis"))
    graph.add_conditional_edges("check_analysis", _unless_written("write_analysis"))
    graph.add_edge("persist_analysis", END)
    return graph.compile()


def run_skill_gap_agent(
    question: GapQuestion, *, container: Container, attempt: Attempt | None = None
) -> dict[str, Any]:
    """Compare two occupations and write about it; stored as the result of ``attempt``'s run, where there is one.

    Returns the gap (:func:`skill_gap.compare`) and, where the two are comparable, ``analysis: {summary, priorities,
    transferable, plan}``, ``written_by`` (llm | rule), ``degraded`` and, where so, ``degraded_reason``. Raises
    ``occupation_not_found``, and whatever ``attempt`` raises when its run is lost.
    """
    context = SkillGapContext(container.db, container.onet_lookup, container.chat_model, attempt or NoRun())
    key = question.key(context.model.model_id if context.model else "")
    # Whoever asks for what is just being written waits for it instead of paying for it again.
    with container.extraction_locks.hold(key), tracing_context(enabled=False):
        final = skill_gap_graph().invoke({"question": question}, context=context)
    result: dict[str, Any] = final["result"]
    return result


def _unless_written(otherwise: str) -> Any:
    def choose(state: SkillGapState) -> str:
        return "persist_analysis" if "written" in state else otherwise

    return choose


def _by_rule(state: SkillGapState, degraded_reason: str | None) -> dict[str, Any]:
    """``degraded_reason``: why the configured model did not write it."""
    if not state["gap"]["comparable"]:
        return {}
    analysis = gap_analysis.write_by_rule(state["gap"], state["practice"])
    written = {"analysis": analysis, "written_by": "rule", "degraded": degraded_reason is not None}
    return written if degraded_reason is None else {**written, "degraded_reason": degraded_reason}


def _is_of_the_release(gap: Mapping[str, Any]) -> bool:
    """What Web Services say may change while the release stays the same."""
    return all(gap[side]["source"] == "release" for side in ("from", "to"))


def _spend(context: SkillGapContext, usage: LlmUsage) -> None:
    with context.db.unit_of_work() as session:
        context.attempt.spent(session, usage)


@contextmanager
def _step(context: SkillGapContext, name: str) -> Iterator[None]:
    """Show that a node is being worked on; a node that fails is not left."""
    context.attempt.enter(name)
    yield
    context.attempt.leave(name)
