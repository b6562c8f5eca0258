"""Mapping: own spans to entries, phrases to elements of O*NET, titles of jobs to occupations."""

from __future__ import annotations

from benchmarks.evaluation import mapping_anchors, mapping_spans, mapping_titles
from benchmarks.evaluation.measured import Measured
from benchmarks.table import Row


def rows(subject: Measured) -> list[Row]:
    """All three, each beside its baselines."""
    return [*mapping_spans.rows(subject), *mapping_anchors.rows(subject), *mapping_titles.rows(subject)]
