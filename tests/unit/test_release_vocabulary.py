"""Names of technologies and tools: what is the same thing, what stays apart, and the vocabulary made of both."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import combinations

import pytest

from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.vocabulary.assembly import Assembly, assemble
from jobmate_agent.services.vocabulary.everyday_words import EverydayWords, lower_case_words
from jobmate_agent.services.vocabulary.near_duplicates import thing
from jobmate_agent.services.vocabulary.product_names import signature, take_apart, without_maker
from jobmate_agent.services.vocabulary.relations import jaccard
from jobmate_agent.services.vocabulary.release_content import Content, NamedElement, Product, Zones
from jobmate_agent.services.vocabulary.starter import TaxonomyEntry, make_taxonomy, read_starter
from tests.onet_loading import real_release

ORDINARY = EverydayWords(
    lower_case_words(
        [
            "Use spectroscopy and remote sensing to access data, or a ladder to excel at work.",
            "Keep accounting, forms and word processing in the front desk's drawers; cut slack and brakes.",
            "Operate forklifts, adobe ovens, calipers; react to audio levels in the accounting office.",
        ]
    )
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Python Programming", "Python"),
        ("Rust programming language", "Rust"),
        ("Shopify software", "Shopify"),
        ("Hewlett Packard LoadRunner", "Hewlett-Packard HP LoadRunner software"),
        ("Amazon Web Services AWS SageMaker", "Amazon SageMaker"),
        ("Sun Microsystems Java", "Oracle Java"),
        ("Customer relationship management CRM software", "Customer relationship management software"),
        ("Adobe Experience Manager (AEM)", "Adobe Experience Manager"),
        ("SAP Business Objects", "SAP BusinessObjects"),
        ("Database management system DBMS", "Database management systems"),
        ("Finite element analysis FEA software", "Finite element analysis software"),
        ("Digital volt meters", "Digital voltmeters"),
        ("All terrain vehicles ATV", "All-terrain vehicles ATVs"),
        ("Jeweler's saws", "Jewelers' saws"),
    ],
)
def test_names_of_one_thing_have_one_signature(left: str, right: str) -> None:
    assert signature(left) == signature(right)


APART = (
    *("C", "C++", "C#", "Objective-C", "Java", "JavaScript", "Canvas", "Canva", "R", "Ruby"),
    *("Adobe Acrobat", "Adobe Acrobat Reader", "Adobe Acrobat 9", "Microsoft Windows", "Microsoft Windows Server"),
    *("Microsoft SQL Server 2016", "Microsoft SQL Server 2019", "Microsoft SQL Server", "SQL", "MySQL", "PL/SQL"),
    *("AutoCAD", "AutoCAD LT", "Visual Basic", "Visual Basic for Applications", "Sage 50", "Sage 500"),
    *("Oracle Forms", "Google Forms", "IBM Notes", "Python 2 1", "Python 21"),
)


def test_a_name_of_one_word_has_a_plural_only_where_it_is_a_common_noun() -> None:
    assert signature("Volt meter", common=True) == signature("Voltmeters", common=True)
    assert signature("Canvas") != signature("Canva")


def test_things_that_only_look_alike_stay_apart() -> None:
    for left, right in combinations(APART, 2):
        assert thing(left, ORDINARY) != thing(right, ORDINARY), (left, right)


def test_software_says_something_after_ordinary_words() -> None:
    assert thing("Spectroscopy software", ORDINARY) != thing("Spectroscopy", ORDINARY)
    assert thing("Remote sensing software", ORDINARY) != thing("Remote sensing", ORDINARY)
    assert thing("Tableau software", ORDINARY) == thing("Tableau", ORDINARY)


@pytest.mark.parametrize(
    ("name", "acronym", "whole"),
    [
        ("Structured query language SQL", "SQL", True),
        ("Hypertext markup language HTML", "HTML", True),
        ("Extensible markup language XML", "XML", True),
        ("Microsoft SQL Server Reporting Services SSRS", "SSRS", True),
        ("IBM Resource Access Control Facility RACF", "RACF", True),
        ("Very high-speed integrated circuit VHSIC hardware description language VHDL", "VHDL", False),
        ("Microelectromechanical systems MEMS simulation software", "MEMS", False),
        ("Three-dimensional 3D solid modeling software", None, False),
        ("Adobe Acrobat", None, False),
        ("SAP ERP", None, False),
    ],
)
def test_an_acronym_is_one_that_the_words_before_it_spell(name: str, acronym: str | None, whole: bool) -> None:
    apart = take_apart(name)
    assert (apart.acronym, apart.whole) == (acronym, whole)


def test_makers_are_taken_off_only_where_they_are_known() -> None:
    assert without_maker("Microsoft Excel") == "Excel"
    assert without_maker("Amazon Web Services AWS CloudFormation") == "CloudFormation"
    assert without_maker("Microsoft") is None
    assert without_maker("Mozart Music Software Mozart") is None


@pytest.mark.parametrize(
    ("name", "ambiguous"),
    [
        *(("Slack", True), ("PRINCE", True), ("Maya", True), ("R", True), ("Front desk", True), ("X9", True)),
        *(("C++", False), ("PowerBuilder", False), ("Lotus 1-2-3", False), ("Apache Kafka", False)),
    ],
)
def test_names_that_may_be_something_else_need_context(name: str, ambiguous: bool) -> None:
    assert ORDINARY.ambiguous(name) is ambiguous


def _starter(kind: str, name: str, *aliases: str, tags: frozenset[str] = frozenset()) -> TaxonomyEntry:
    return TaxonomyEntry(kind, normalize_name(name), name, aliases, tags, f"About {name}.", "jobmate", None, "15")


def _product(name: str, kind: str = "technology", *, used: int = 1, hot: bool = False, of: str = "Things") -> Product:
    return Product(kind, name, hot, False, used, of, frozenset({of}), Zones(4 * used, used))


STARTER = (
    _starter("technology", "Excel", "Microsoft Excel", "MS Excel", tags=frozenset({"hot", "context"})),
    _starter("technology", "AWS", "Amazon Web Services", tags=frozenset({"hot"})),
    _starter("technology", "Adobe Acrobat", "Adobe Acrobat Reader", "Acrobat Pro"),
    _starter("technology", "Flow Cytometry", "FlowJo"),
    _starter("technology", "Blender", "Blender 3D"),
    _starter("technology", "React", "React.js", tags=frozenset({"hot", "in_demand", "context"})),
    _starter("technology", "Excavator"),
    _starter("skill", "Forklift Operation", "forklifts"),
    TaxonomyEntry("skill", "2.B.3.e", "Programming", ("coding",), frozenset(), "Ours.", "onet", "2.B.3.e", None),
)
ELEMENTS = (
    NamedElement("skill", "2.B.3.e", "Programming", "Writing computer programs.", "Technical Skills", 4.2),
    NamedElement("work_activity", "4.A.1.a.1.I01", "Train animals.", "Train animals.", "Getting Information"),
    NamedElement("work_activity", "4.A.1.a.1.I01.D01", "Train animals.", "Train animals.", "Train animals."),
)
PRODUCTS = (
    _product("Microsoft Excel", hot=False, used=5),
    _product("Amazon Web Services AWS software", hot=True),
    _product("Adobe Acrobat"),
    _product("Adobe Acrobat Reader"),
    _product("FlowJo"),
    _product("Blender"),
    _product("Real estate application contract transmission REACT software"),
    _product("Zorvex"),
    _product("Zorvex software", used=3, hot=True),
    _product("Corel PaintPro"),
    _product("Geographic tracking system GTSX software"),
    *(_product(name, "tool", of="Meters") for name in ("Volt meters", "Voltmeters")),
    _product("Audio meters", "tool", of="Sound"),
    _product("Audiometers", "tool", of="Ears"),
    *(_product(name, "tool") for name in ("Blenders", "Excavators", "Forklifts", "Volt-meters")),
)


def _assembled() -> Assembly:
    return assemble(STARTER, Content(ELEMENTS, PRODUCTS), ORDINARY)


@pytest.fixture(scope="module")
def made() -> Assembly:
    return _assembled()


def _source(made: Assembly, name: str, kind: str = "technology") -> TaxonomyEntry:
    (entry,) = (entry for entry in made.entries if (entry.kind, entry.key) == made.sources[kind, name])
    return entry


def test_an_element_keeps_onets_words_and_our_aliases(made: Assembly) -> None:
    entry = _source(made, "2.B.3.e", "skill")
    assert (entry.name, entry.description, entry.aliases) == ("Programming", "Writing computer programs.", ("coding",))
    assert (entry.cluster, entry.difficulty) == ("Technical Skills", 4)


def test_an_entry_of_ours_whose_name_an_element_has_becomes_that_element() -> None:
    ours = (_starter("knowledge", "Train Animals", "animal training"), *STARTER)
    made = assemble(ours, Content(ELEMENTS, ()), ORDINARY)
    activity = _source(made, "4.A.1.a.1.I01", "work_activity")
    assert activity.aliases == ("animal training",)
    assert {merge.key: merge.into for merge in made.merges}["knowledge", "train animals"] == (
        "work_activity",
        "4.A.1.a.1.I01",
    )
    _require_no_collisions(made)


def test_a_product_that_the_starter_has_is_the_starters_entry(made: Assembly) -> None:
    excel, aws = _source(made, "Microsoft Excel"), _source(made, "Amazon Web Services AWS software")
    assert (excel.name, excel.description, "context" in excel.tags) == ("Excel", "About Excel.", True)
    assert "hot" not in excel.tags, "the release's flags win"
    assert (aws.name, "hot" in aws.tags, aws.difficulty, aws.cluster) == ("AWS", True, 4, "Things")
    assert "Amazon Web Services AWS software" in aws.aliases


def test_what_the_release_does_not_name_is_not_hot_there(made: Assembly) -> None:
    (react,) = (entry for entry in made.entries if entry.name == "React")
    assert react.tags == {"context"}


def test_what_onet_lists_apart_stays_apart_and_takes_its_name_along(made: Assembly) -> None:
    assert _source(made, "Adobe Acrobat").name == "Adobe Acrobat"
    assert _source(made, "Adobe Acrobat Reader").name == "Adobe Acrobat Reader"
    assert _source(made, "Adobe Acrobat").aliases == ("Acrobat Pro",)
    assert _source(made, "FlowJo").name == "FlowJo", "a brand is not the method that it serves"
    assert _source(made, "Real estate application contract transmission REACT software").name != "React"
    assert _source(made, "Audio meters", "tool") != _source(made, "Audiometers", "tool")


def test_a_tool_does_not_become_a_program_or_a_skill_of_that_name(made: Assembly) -> None:
    assert (_source(made, "Blender").kind, _source(made, "Blenders", "tool").kind) == ("technology", "tool")
    assert _source(made, "Excavators", "tool").key == "excavator"
    forklifts = _source(made, "Forklifts", "tool")
    assert (forklifts.kind, forklifts.key, forklifts.name) == ("tool", "forklifts", "Forklifts (tool)")
    (skill,) = (entry for entry in made.entries if entry.name == "Forklift Operation")
    assert skill.aliases == ("forklifts",)


def test_names_of_one_product_are_merged_into_the_most_used_with_the_reason(made: Assembly) -> None:
    merges = {merge.key: merge for merge in made.merges}
    zorvex = _source(made, "Zorvex")
    assert (zorvex.name, zorvex.aliases) == ("Zorvex software", ("Zorvex",))
    assert (zorvex.difficulty, zorvex.tags) == (4, {"hot", "context"}), "one plain word may mean anything"
    merge = merges["technology", "zorvex"]
    assert (merge.into, merge.rule) == (("technology", "zorvex software"), "near_duplicate")
    assert merge.reason == "“Zorvex” and “Zorvex software” differ only in the word “software”."
    assert merges["tool", "volt meters"].into == ("tool", "voltmeters")
    assert merges["work_activity", "4.A.1.a.1.I01.D01"].rule == "same_normalised_name"
    assert not {(entry.kind, entry.key) for entry in made.entries} & merges.keys()


def test_short_names_become_aliases_where_they_mean_one_thing(made: Assembly) -> None:
    assert _source(made, "Corel PaintPro").aliases == ("PaintPro",)
    assert _source(made, "Geographic tracking system GTSX software").aliases == ()


def test_every_name_means_one_entry_and_order_does_not_matter(made: Assembly) -> None:
    _require_no_collisions(made)
    shuffled = list(PRODUCTS)
    random.Random(5).shuffle(shuffled)
    again = assemble(STARTER, Content(ELEMENTS, tuple(shuffled)), ORDINARY)
    assert make_taxonomy("x", again.entries) == make_taxonomy("x", made.entries)
    assert (again.merges, again.sources) == (made.merges, made.sources)


def test_likeness_by_use_needs_two_in_common() -> None:
    assert jaccard([{1, 2, 3}, {1, 2}, {1}, {3, 4}]) == {(1, 2): 0.6667}


def _require_no_collisions(made: Assembly) -> None:
    owners: dict[str, TaxonomyEntry] = {}
    for entry in made.entries:
        for label in (entry.name, *entry.aliases):
            owner = owners.setdefault(normalize_name(label), entry)
            both_elements = owner.external_id and entry.external_id and owner.name == entry.name
            assert owner is entry or both_elements, (label, owner.name, entry.name)


def _real_products() -> Iterator[Product]:
    folder = real_release("30_1")
    for kind, name in (("technology", "Technology Skills"), ("tool", "Tools Used")):
        with (folder / f"{name}.txt").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        titles = {row["Example"]: row["Commodity Title"] for row in rows}
        yield from (_product(example, kind, of=title) for example, title in sorted(titles.items()))


def test_the_names_of_a_real_release_have_no_collisions() -> None:
    folder = real_release("30_1")
    ordinary = EverydayWords(lower_case_words([(folder / "Task Statements.txt").read_text(encoding="utf-8")]))
    products = tuple(_real_products())
    made = assemble(read_starter().entries, Content((), products), ordinary)
    _require_no_collisions(made)
    assert set(made.sources) == {(product.kind, product.name) for product in products}
    assert 250 < len(made.merges) < 600
    found = {name: _source(made, name).name for name in ("Adobe Acrobat Reader", "C", "C++", "C#", "Oracle Java")}
    assert found == {
        "Adobe Acrobat Reader": "Adobe Acrobat Reader",
        "C": "C",
        "C++": "C++",
        "C#": "C#",
        "Oracle Java": "Java",
    }
    assert _source(made, "Amazon Web Services AWS software").name == "Amazon Web Services"
