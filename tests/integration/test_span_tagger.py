"""The packaged span tagger: marks what people would, the same in any company, in any text, in any thread."""

from __future__ import annotations

import json
import random
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.adapters import span_tagger
from jobmate_agent.adapters.span_tagger import CALIBRATION, FOLDER, WEIGHTS, PackagedSpanTagger
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.types import DocType, TaggedText
from jobmate_agent.services.vocabulary.starter import read_starter
from jobmate_agent.services.vocabulary.store import vocabulary_of
from tests.engines import tagger

SENTENCES = [
    "You will design and maintain REST APIs in Python and Go.",
    "Experience with patient triage and electronic health records is required.",
    "We are a family business founded in 1987.",
    "Prepare pastries, manage food cost and train kitchen staff " + "and clean the stations " * 30,
    "Excel",
    "",
    "   ",
    "Licensed forklift operator; able to lift 50 pounds",
]


def words(text: str, found: TaggedText) -> list[str]:
    return [text[span.start : span.end] for span in found.spans]


@pytest.mark.parametrize(
    ("text", "doc_type", "marked"),
    [
        ("You have experience with Python, Kubernetes and Terraform.", "job", ["Python", "Kubernetes", "Terraform"]),
        ("You can manage budgets and train new nurses.", "job", ["manage budgets", "train new nurses"]),
        ("Knowledge of GAAP is a plus.", "job", ["GAAP"]),
        ("The salary is paid every month and lunch is free.", "job", []),
    ],
)  # fmt: skip
def test_it_marks_what_a_reader_would(text: str, doc_type: DocType, marked: list[str]) -> None:
    assert words(text, tagger().tag([text], doc_type)[0]) == marked


def test_a_text_is_marked_alike_whatever_it_is_read_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(span_tagger, "CACHED_TEXTS", 0)
    alone = {text: tagger().tag([text], "job")[0] for text in SENTENCES}
    for seed in range(6):
        some = random.Random(seed).sample(SENTENCES, 2 + seed)
        for text, found in zip(some, tagger().tag(some, "job"), strict=True):
            assert found == alone[text], text


def test_threads_share_it() -> None:
    expected = dict(zip(SENTENCES, tagger().tag(SENTENCES, "resume"), strict=True))
    wrong: list[str] = []

    def work(seed: int) -> None:
        some = random.Random(seed).sample(SENTENCES, len(SENTENCES))
        answers = zip(some, tagger().tag(some, "resume"), strict=True)
        wrong.extend(text for text, found in answers if found != expected[text])

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


ODD = ("Python", "and,", "(manage)", "C++", "•", "teamwork", "🙂", "日本語", "ሰላም", "café\t\n", "§")


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.lists(st.sampled_from(ODD), max_size=60).map(" ".join)),
    st.sampled_from(["job", "resume"]),
)
def test_spans_are_words_of_any_text(text: str, doc_type: DocType) -> None:
    (found,) = tagger().tag([text], doc_type)
    places = [(span.start, span.end) for span in found.spans]
    assert places == sorted(set(places))
    for span in found.spans:
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        assert 0 <= span.confidence <= 1
    assert all(0 <= chance <= 1 for _, _, chance in found.chances)
    assert 0 <= found.chance(0, len(text)) <= 1


def test_a_long_text_is_read_to_its_end() -> None:
    text = "We walk to the office and back again. " * 60 + "Experience with Kubernetes."
    assert words(text, tagger().tag([text], "job")[0])[-1] == "Kubernetes"


def test_its_name_changes_with_what_it_would_say(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "same")
    shutil.copytree(FOLDER, tmp_path / "other")
    calibration = json.loads((tmp_path / "other" / CALIBRATION).read_text())
    calibration["heads"]["skill"]["bias"] += 0.5
    (tmp_path / "other" / CALIBRATION).write_text(json.dumps(calibration))
    assert PackagedSpanTagger(tmp_path / "same").model_id == tagger().model_id
    assert PackagedSpanTagger(tmp_path / "other").model_id != tagger().model_id


@pytest.mark.parametrize("missing", [WEIGHTS, CALIBRATION])
def test_missing_files_are_named_with_what_to_do(tmp_path: Path, missing: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "tagger")
    (tmp_path / "tagger" / missing).unlink()
    with pytest.raises(JobMateError, match=rf"{missing}.*make train-tagger") as raised:
        PackagedSpanTagger(tmp_path / "tagger")
    assert raised.value.code == "span_tagger_missing"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("A bachelor's degree in engineering technology is required.", "engineering technology"),
        ("Master's degree in nursing with two years of practice.", "nursing"),
    ],
)
def test_of_a_degree_only_its_field_is_a_skill(text: str, field: str) -> None:
    extractor = KeywordExtractor(vocabulary_of(read_starter()), EngineSettings(), tagger())
    places = [text[start:end] for skill in extractor.extract(text, "job").skills for start, end in skill.places]
    assert field in places
    assert not any("degree" in place for place in places)


def test_technologies_of_a_plain_list_are_found() -> None:
    extractor = KeywordExtractor(vocabulary_of(read_starter()), EngineSettings(), tagger())
    found = {skill.name for skill in extractor.extract("We need Python, C++/C#/R/Go and SQL.", "job").skills}
    assert {"Python", "C++", "C#", "SQL"} <= found


def test_an_unlikely_name_bars_no_sure_span() -> None:
    # "Fluent in Spanish" is another name of an entry, which the tagger finds unlikely: it marks "Spanish" alone.
    extractor = KeywordExtractor(vocabulary_of(read_starter()), EngineSettings(), tagger())
    assert [skill.token for skill in extractor.extract("Fluent in Spanish is a plus.", "job").skills] == ["Spanish"]
