"""What the span tagger is taught with: labels as they are meant, runs of tags that are spans, weights that last."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tagger import corpora
from jobmate_agent.adapters.embeddings import packaged_folder
from jobmate_agent.adapters.tagger_network import BEGIN, INSIDE, OUT, TAGS, TaggerNetwork, decode, load, save

SCORES = st.lists(st.lists(st.floats(-20, 0), min_size=3, max_size=3), max_size=7)


def spans_of(tags: tuple[int, ...]) -> list[tuple[int, int]]:
    """Spans of a valid run of tags, read word for word."""
    found: list[tuple[int, int]] = []
    for place, tag in enumerate(tags):
        if tag == BEGIN:
            found.append((place, place + 1))
        elif tag == INSIDE:
            found[-1] = (found[-1][0], place + 1)
    return found


@given(SCORES)
def test_no_other_valid_run_of_tags_is_better(scores: list[list[float]]) -> None:
    def valid(tags: tuple[int, ...]) -> bool:
        return all(tag != INSIDE or before != OUT for before, tag in itertools.pairwise((OUT, *tags)))

    def total(tags: tuple[int, ...]) -> float:
        return sum(row[tag] for row, tag in zip(scores, tags, strict=True))

    runs = [tags for tags in itertools.product(TAGS, repeat=len(scores)) if valid(tags)]
    best = max(map(total, runs))
    assert decode(scores) in [spans_of(tags) for tags in runs if total(tags) >= best - 1e-9]


def test_labels_of_postings(tmp_path: Path) -> None:
    row = (
        '{"idx": 1, "tokens": ["Write", "clean", "Python", "code", "."], "tags_skill": ["B", "I", "I", "I", "O"], '
        '"tags_knowledge": ["O", "O", "B", "O", "O"], "source": "tech"}\n'
    )
    (tmp_path / "dev.json").write_text(row)
    (found,) = corpora.skillspan(tmp_path / "dev.json")
    said = {head: [found.text[start:end] for start, end in spans] for head, spans in found.spans.items()}
    assert said == {"skill": ["Write clean Python code"], "knowledge": ["Python"]}


def test_labels_of_snippets(tmp_path: Path) -> None:
    (tmp_path / "soft.conll").write_text("be\tO\na\tO\nteam\tB-Skill\nplayer\tI-Skill\n\npunctual\tI-Skill\n")
    found = corpora.sayfullina(tmp_path / "soft.conll")
    assert [[text.text[start:end] for start, end in text.spans["soft"]] for text in found] == [
        ["team player"],
        ["punctual"],
    ]


def test_labels_of_resumes_and_which_stay_unseen(tmp_path: Path) -> None:
    resume = (
        '<cv>Knows <label type="Tech Tools">Python\n</label>and <label type="Soft Skills">patience</label>.\n\n'
        '<label type="Name">Ines</label></cv>'
    )
    for number in range(6):
        (tmp_path / f"{number}.xml").write_text(resume)
    seen, unseen = corpora.dotin(tmp_path, held_out=False), corpora.dotin(tmp_path, held_out=True)
    assert (len(seen), len(unseen)) == (4, 2)
    lines = [
        (line.text, {head: [line.text[a:b] for a, b in spans] for head, spans in line.spans.items() if spans})
        for line in seen[0]
    ]
    assert lines == [
        ("Knows Python", {"resume_tool": ["Python"]}),
        ("and patience.", {"resume_soft": ["patience"]}),
        ("Ines", {}),
    ]


def test_stored_weights_give_nearly_the_same_scores(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = TaggerNetwork(packaged_folder()).eval()
    path = tmp_path / "weights.safetensors"
    save(network, path)
    again = load(packaged_folder(), path)
    ids = torch.tensor([[101, 2023, 2003, 18750, 102]])
    with torch.inference_mode():
        before, after = (each(ids, torch.ones_like(ids)) for each in (network, again))
    assert torch.allclose(before, after, atol=0.05)
    assert path.stat().st_size < 12_000_000


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    save_file({"heads.weight": torch.zeros(2, 2)}, tmp_path / "weights.safetensors")
    with pytest.raises(KeyError):
        load(packaged_folder(), tmp_path / "weights.safetensors")
