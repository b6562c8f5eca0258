"""Every constant of the engine, once. The report prints those that the score rests on."""

from __future__ import annotations

from dataclasses import dataclass

ENGINE_VERSION = "1"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Constants of extraction, mapping and scoring.

    ``onet_level_bounds`` maps O*NET's LV (0–7) to our 0–4: level n is reached at bounds[n-1].
    A level that a posting leaves open is filled in from its occupation, with ``occupation_level_confidence``, and never
    above ``occupation_level_cap``: it asks for everyday use at most, so that whoever names the skill without a level
    still meets it. ``years_bounds`` does for stated years of experience what ``onet_level_bounds`` does for LV.
    Thresholds are cosine similarities, per kind.
    ``verdict_bounds`` are the scores (0–10) from which a match is a stretch, partial, good, strong; with fewer than
    ``few_job_skills`` skills found in a posting the report gives no verdict and calls its score tentative.

    How the thresholds were found: each of the 9,700 aliases of the starter taxonomy was taken as a text whose right
    entry is missing, so that any answer is false. Without the lexical guard 17 % were answered at 0.70 and 3.3 % at
    0.80; with it, at the values below, 1.0 % of technologies, 2.4 % of knowledge and 1.5 % of skills, most of them a
    broader or narrower name of the same thing. With the right entry there, 7 to 13 % of these deliberately different
    names still find it, 1 to 2 % find another; at 0.75 both rates rise, false answers double, for 4 points of recall.
    Abilities were not measured and take the strictest value.
    Of 183 everyday phrases that belong to O*NET elements only 1 % reach 0.60, so sentences stay ``custom``.
    Of random pairs of entries 0.24 % reach 0.45, 0.06 % the 0.55 from which a held skill counts as related.
    """

    weight_required: float = 1.0
    weight_nice_to_have: float = 0.4
    factor_hot_technology: float = 1.15
    factor_in_demand: float = 1.10
    importance_base: float = 0.6
    importance_slope: float = 0.1
    weak_floor: float = 0.25
    transfer_cap: float = 0.20
    transfer_similarity_floor: float = 0.55
    assumed_level: int = 2
    assumed_confidence: float = 0.3
    occupation_level_cap: int = 2
    occupation_level_confidence: float = 0.3
    candidates: int = 50
    threshold_technology: float = 0.75
    threshold_knowledge: float = 0.80
    threshold_skill: float = 0.80
    threshold_ability: float = 0.80
    onet_level_bounds: tuple[float, ...] = (0.01, 2.0, 3.5, 5.0)
    years_bounds: tuple[float, ...] = (0.0, 1.0, 3.0, 6.0)
    verdict_bounds: tuple[float, ...] = (2.0, 4.0, 6.0, 8.0)
    few_job_skills: int = 4

    def threshold(self, kind: str) -> float:
        """The least similarity at which a text is taken to mean an entry of ``kind``."""
        return {
            "technology": self.threshold_technology,
            "knowledge": self.threshold_knowledge,
            "ability": self.threshold_ability,
        }.get(kind, self.threshold_skill)
