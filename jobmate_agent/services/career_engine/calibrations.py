"""What was fitted for the embedding models that come with the program; made by ``python -m benchmarks.mapping.fit``."""

from __future__ import annotations

from dataclasses import replace

from jobmate_agent.services.career_engine.types import Calibration

FITTED = "all-MiniLM-L6-v2@53aa51172d14"
_MINILM = Calibration(
    meaning=16.01,
    commonness=5.88,
    closeness=6.25,
    close_from=0.65,
    overlap=3.94,
    score_weight=0.195,
    lead_weight=0.615,
    intercept=-3.717,
    thresholds={"skill": 0.45, "knowledge": 0.45, "ability": 0.45},
)
# Nobody has judged what another model's cosines are worth, so only what would be beyond doubt with this one counts.
_UNJUDGED = replace(_MINILM, thresholds=dict.fromkeys(_MINILM.thresholds, 0.9))


def calibration_of(model_id: str) -> Calibration:
    """The calibration for a model; a strict one where it was not fitted."""
    return _MINILM if model_id == FITTED else _UNJUDGED
