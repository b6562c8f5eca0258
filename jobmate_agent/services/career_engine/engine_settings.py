"""Every constant of the engine, once. The report prints those that the score rests on."""

from __future__ import annotations

from dataclasses import dataclass

from jobmate_agent.services.career_engine.types import DocType

ENGINE_VERSION = "2"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Constants of extraction, mapping and scoring.

    ``onet_level_bounds`` maps O*NET's LV (0–7) to our 0–4: level n is reached at bounds[n-1].
    A level that a posting leaves open is filled in from its occupation, with ``occupation_level_confidence``, and never
    above ``occupation_level_cap``: it asks for everyday use at most, so that whoever names the skill without a level
    still meets it. ``years_bounds`` does for stated years of experience what ``onet_level_bounds`` does for LV.
    ``least_confidence_…`` are the chances from which what was found counts as a skill: lower on resumes, where labels
    to calibrate on are incomplete and chances read low. ``name_slope`` and ``name_intercept`` turn the log-odds of the
    tagger's chance for the words of a name of the vocabulary into those of the name being a skill there;
    ``technology_intercept`` is for names of technologies, which mean little else; the tagger misses some in lists.
    ``factor_unlisted`` is how much less a phrase of the posting weighs that the vocabulary does not know.
    ``line_of_work_weight`` is the weight of the line of work as a share of that of all skills; its credit is full from
    a correlation of ``line_of_work_full`` on.
    ``verdict_bounds`` are the scores (0–10) from which a match is a stretch, partial, good, strong; with fewer than
    ``few_job_skills`` skills found in a posting the report gives no verdict and calls its score tentative.

    Of random pairs of entries 0.24 % reach 0.45, 0.06 % the 0.55 from which a held skill counts as related.
    """

    weight_required: float = 1.0
    weight_nice_to_have: float = 0.4
    factor_hot_technology: float = 1.15
    factor_in_demand: float = 1.10
    factor_unlisted: float = 0.4
    importance_base: float = 0.6
    importance_slope: float = 0.1
    weak_floor: float = 0.25
    transfer_cap: float = 0.20
    transfer_similarity_floor: float = 0.55
    line_of_work_weight: float = 1 / 3
    line_of_work_full: float = 0.5
    assumed_level: int = 2
    assumed_confidence: float = 0.3
    occupation_level_cap: int = 2
    occupation_level_confidence: float = 0.3
    least_confidence_job: float = 0.5
    least_confidence_resume: float = 0.25
    least_confidence_in_boilerplate: float = 0.7
    name_slope: float = 0.6
    name_intercept: float = 0.0
    technology_intercept: float = 2.5
    candidates: int = 50
    onet_level_bounds: tuple[float, ...] = (0.01, 2.0, 3.5, 5.0)
    years_bounds: tuple[float, ...] = (0.0, 1.0, 3.0, 6.0)
    verdict_bounds: tuple[float, ...] = (2.0, 4.0, 6.0, 8.0)
    few_job_skills: int = 4

    def least_confidence(self, doc_type: DocType) -> float:
        """The chance from which what was found in a document counts as a skill."""
        return self.least_confidence_job if doc_type == "job" else self.least_confidence_resume
