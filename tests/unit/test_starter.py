"""The taxonomy that ships, and the strictness with which it is read."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.vocabulary.starter import (
    FRAMEWORK_ONET,
    MAJOR_GROUPS,
    STARTER_FOLDER,
    Taxonomy,
    make_taxonomy,
    read_starter,
)
from jobmate_agent.services.vocabulary.store import vocabulary_of

CONTENT_MODEL = Path(__file__).parents[3] / "shared/data/onet/30_1/Content Model Reference.txt"
POSTINGS = Path(__file__).parents[1] / "fixtures" / "postings"


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return read_starter()


def test_it_is_large_enough_in_every_group(taxonomy: Taxonomy) -> None:
    own = [entry for entry in taxonomy.entries if entry.framework != FRAMEWORK_ONET]
    groups = Counter(entry.major_group for entry in own)
    assert len(own) >= 1500
    assert set(groups) == set(MAJOR_GROUPS)
    assert min(groups.values()) >= 40
    assert sum(bool(entry.aliases) for entry in own) >= 0.4 * len(own)
    assert {"js", "k8s", "gaap", "rn", "bls", "cad"} <= {normalize_name(a) for entry in own for a in entry.aliases}


def test_every_name_and_alias_means_one_entry_but_for_onets_own(taxonomy: Taxonomy) -> None:
    owners: dict[str, list[str]] = {}
    for entry in taxonomy.entries:
        for label in {normalize_name(text) for text in (entry.name, *entry.aliases)}:
            owners.setdefault(label, []).append(entry.framework)
    shared = {label: names for label, names in owners.items() if len(names) > 1}
    assert all(set(names) == {FRAMEWORK_ONET} for names in shared.values()), shared


def test_it_has_the_content_models_elements(taxonomy: Taxonomy) -> None:
    elements = [entry for entry in taxonomy.entries if entry.framework == FRAMEWORK_ONET]
    assert Counter(entry.kind for entry in elements) == {"ability": 52, "skill": 35, "knowledge": 33}
    assert all(entry.key == entry.external_id for entry in elements)


def test_element_ids_and_names_are_onets(taxonomy: Taxonomy) -> None:
    if not CONTENT_MODEL.exists():
        pytest.skip(f"{CONTENT_MODEL} is not here")
    with CONTENT_MODEL.open(encoding="utf-8", newline="") as handle:
        official = {row["Element ID"]: row["Element Name"] for row in csv.DictReader(handle, delimiter="\t")}
    elements = [entry for entry in taxonomy.entries if entry.external_id is not None]
    assert [entry.name for entry in elements] == [official[entry.external_id or ""] for entry in elements]


@pytest.mark.parametrize("group", MAJOR_GROUPS)
def test_a_posting_of_each_group_names_at_least_eight_skills(taxonomy: Taxonomy, group: str) -> None:
    text = (POSTINGS / f"{group}.md").read_text(encoding="utf-8")
    found = KeywordExtractor(vocabulary_of(taxonomy), EngineSettings()).extract(text, "job").skills
    groups = {entry.name: entry.major_group for entry in taxonomy.entries}
    assert len(found) >= 8
    assert sum(groups[skill.name] == group for skill in found) >= 4, [skill.name for skill in found]


def test_the_version_is_a_digest_of_the_content_in_any_order(taxonomy: Taxonomy) -> None:
    backwards = make_taxonomy(taxonomy.release, taxonomy.entries[::-1])
    fewer = make_taxonomy(taxonomy.release, taxonomy.entries[1:])
    assert backwards == taxonomy
    assert fewer.version != taxonomy.version


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Thing\ttechnology\t\t", "4 cells, 5 are needed"),
        ("Thing\tgadget\t\t\tIt is a thing.", "kind 'gadget' is not one of"),
        ("Thing\tskill\t\tshiny\tIt is a thing.", "tag 'shiny' is not one of"),
        ("Thing\tskill\t\t\t", "description is empty"),
        ("\tskill\t\t\tIt is a thing.", "name is empty"),
        ("Python\tskill\t\t\tIt is a thing.", "'Python' is already 'Python' at 15.tsv:"),
        ("Thing\tskill\tk8s\t\tIt is a thing.", "'k8s' is already 'Kubernetes' at 15.tsv:"),
        ("Thing\tskill\t!|--\t\tIt is a thing.", "alias '--' has no letters"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    folder = _copy(tmp_path)
    path = folder / "groups" / "53.tsv"
    number = len(path.read_text(encoding="utf-8").splitlines()) + 1
    with path.open("a", encoding="utf-8") as handle:
        handle.write(line + "\n")
    with pytest.raises(JobMateError) as caught:
        read_starter(folder)
    assert caught.value.code == "bad_taxonomy"
    assert [detail["loc"] for detail in caught.value.details] == [[f"53.tsv:{number}"]]
    assert message in caught.value.details[0]["msg"]


def test_a_missing_file_and_a_wrong_header_are_named(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "groups" / "11.tsv").unlink()
    path = folder / "elements.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("element_id", "id", 1), encoding="utf-8")
    with pytest.raises(JobMateError) as caught:
        read_starter(folder)
    assert [(detail["loc"], detail["msg"]) for detail in caught.value.details] == [
        (["elements.tsv:1"], "the header must be element_id name kind aliases tags description"),
        (["11.tsv"], "the file is missing"),
    ]


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STARTER_FOLDER, tmp_path / "starter"))
