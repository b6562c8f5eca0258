"""Own requirement sentences: is the competence required or nice to have, and how well must it be known?

Labels are of the sentence alone, and so are the rows that have aims. ``in_posting`` rows read the same sentence within
its posting, where headings and other mentions speak too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.evaluation import requirements_reading
from benchmarks.evaluation.mapping_baselines import beside
from benchmarks.evaluation.measured import Measured
from benchmarks.evaluation.requirements_reading import REQUIRED, Passage, Reading
from benchmarks.evaluation.requirements_scores import exact_share, macro_f1, most_frequent, quadratic_kappa
from benchmarks.table import Aim, Row
from jobmate_agent.services.career_engine.types import LEVEL_LABELS, Extraction
from tests.evaluation import gold_sets

NEED_AIM = Aim("value", ">=", 0.85)
LEVEL_AIM = Aim("value", ">=", 0.65)
KAPPA_AIM = Aim("value", ">=", 0.6)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence by itself and in its posting, and the labels of its focus."""

    alone: Passage
    in_posting: Passage
    posting: tuple[str, str]
    need: str
    level: str
    hard: bool


def rows(subject: Measured) -> list[Row]:
    """Need and level, each beside the constant answer."""
    items = read_sentences()
    postings = {
        key: _extraction(subject, text)
        for key, text in gold_sets.posting_texts().items()
        if key in {item.posting for item in items}
    }
    alone = [requirements_reading.read(subject, item.alone, _extraction(subject, item.alone.text)) for item in items]
    within = [requirements_reading.read(subject, item.in_posting, postings[item.posting]) for item in items]
    hard = [place for place, item in enumerate(items) if item.hard]
    return [
        *_compared(items, alone, "", aimed=True),
        *_compared([items[place] for place in hard], [alone[place] for place in hard], "_hard", aimed=False),
        *_compared(items, within, "_in_posting", aimed=False),
    ]


def read_sentences() -> list[Labelled]:
    """The gold set."""
    texts = gold_sets.posting_texts()
    found = []
    for item in gold_sets.read("sentences"):
        key = (item["source"], item["id"])
        start, end = item["start"], item["end"]
        focus = (item["focus_start"], item["focus_start"] + len(item["focus"]))
        found.append(
            Labelled(
                alone=Passage(texts[key][start:end], (0, end - start), (focus[0] - start, focus[1] - start)),
                in_posting=Passage(texts[key], (start, end), focus),
                posting=key,
                need=item["need"],
                level=item["level"],
                hard=item["hard"],
            )
        )
    return found


def _extraction(subject: Measured, text: str) -> Extraction:
    return subject.engine.extract(text, "job", use_llm=False)[0]


def _compared(items: Sequence[Labelled], readings: Sequence[Reading], suffix: str, *, aimed: bool) -> list[Row]:
    needs, levels = [item.need for item in items], [item.level for item in items]
    said, reached = [reading.need for reading in readings], [reading.level for reading in readings]
    always, constant = [REQUIRED] * len(items), [most_frequent(levels)] * len(items)
    return [
        *beside(
            f"engine.need_macro_f1{suffix}",
            macro_f1(said, needs),
            {"always_required": macro_f1(always, needs)},
            aim=NEED_AIM if aimed else None,
            unit="macro F1",
        ),
        *beside(
            f"engine.level_exact{suffix}",
            exact_share(reached, levels),
            {f"always_{constant[0]}": exact_share(constant, levels)},
            aim=LEVEL_AIM if aimed else None,
        ),
        *beside(
            f"engine.level_kappa{suffix}",
            quadratic_kappa(reached, levels, LEVEL_LABELS),
            {f"always_{constant[0]}": quadratic_kappa(constant, levels, LEVEL_LABELS)},
            aim=KAPPA_AIM if aimed else None,
            unit="quadratic kappa",
        ),
        Row(f"engine.focus_found{suffix}", sum(reading.extracted for reading in readings) / len(items), "share"),
    ]
