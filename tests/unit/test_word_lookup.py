"""Names that are found by their words, in whatever way people write them, and names that only look alike."""

from __future__ import annotations

from functools import cache

import pytest

from jobmate_agent.services.career_engine.acronyms import expansions, is_acronym_of
from jobmate_agent.services.career_engine.bare_phrase import bare_forms, bare_proof, bare_tool, without_quantities
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.phrase_words import closed_up, stems
from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill, SpanLabel
from jobmate_agent.services.career_engine.word_lookup import WordLookup
from tests.unit.vocabularies import ROWS, vocabulary

MORE = (
    ("Emergency Medical Technician", "knowledge", "EMT|EMT certification", ""),
    ("Incident Command System", "knowledge", "ICS-100", ""),
    ("First Aid", "knowledge", "first aid certification", ""),
    ("Customer Service", "skill", "client service", ""),
    ("Troubleshooting", "skill", "", ""),
    ("Labor Organizing", "skill", "", ""),
    ("Inventory", "skill", "", ""),
    ("Microsoft Power BI", "technology", "Power BI", ""),
    ("MicroFocus GroupWise", "technology", "", ""),
    ("Novell NetWare", "technology", "", ""),
    ("Oracle Database", "technology", "", ""),
    ("Oracle Fusion Applications", "technology", "", ""),
    ("EMC NetWorker", "technology", "", ""),
    ("Shipping & Receiving", "skill", "", ""),
    ("Manual Lifting", "skill", "lift up to 50 lbs", ""),
    ("Mathematics", "knowledge", "", ""),
    ("Mathematics", "skill", "", ""),
)


@cache
def _lookup() -> WordLookup:
    return WordLookup(vocabulary((*ROWS, *MORE)))


def _found(text: str, quote: str = "", label: SpanLabel | None = None, name: str | None = None) -> str | None:
    evidence = (Evidence(quote, 0, len(quote)),) if quote else ()
    found = _lookup().find(ExtractedSkill(name or text, text, evidence, label=label))
    return None if found is None else found[0].name


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("advanced Excel skills", "Microsoft Excel"),
        ("customer service experience", "Customer Service"),
        ("strong knowledge of GAAP", "Generally Accepted Accounting Principles"),
        ("experience in managing projects", None),
        ("Excel 2016", "Microsoft Excel"),
        ("Python 3.11 programming", "Python"),
        ("First Aid certificate", "First Aid"),
        ("certified in first aid", "First Aid"),
        ("5+ years of Java experience", "Java"),
        ("customer service, 3 yrs.", "Customer Service"),
        ("Lift at least 75 pounds", "Manual Lifting"),
        ("lift", None),
        ("trouble-shooting", "Troubleshooting"),
        ("trouble shooting skills", "Troubleshooting"),
        ("Java Script", "JavaScript"),
        ("labour organising", "Labor Organizing"),
        ("inventories", "Inventory"),
        ("Kuberentes", "Kubernetes"),
        ("Shipping &amp; Receiving", "Shipping & Receiving"),
        ("PowerBI", "Microsoft Power BI"),
        ("Power Query", None),
        ("GroupWise", "MicroFocus GroupWise"),
        ("NetWare", "Novell NetWare"),
        ("networker", None),
        ("Oracle", None),
        ("MicroFocus", None),
        ("data pipelines for Kubernetes clusters", None),
        ("skills", None),
        ("", None),
    ],
)
def test_a_name_is_found_as_people_write_it(text: str, entry: str | None) -> None:
    assert _found(text) == entry


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("Emergency Medical Technician (EMT)", "Emergency Medical Technician"),
        ("EMT (Emergency Medical Technician)", "Emergency Medical Technician"),
        ("conduit (EMT)", None),
        ("EMT conduit", None),
        ("medical technician (EMT)", "Emergency Medical Technician"),
        ("scripting (Python)", "Python"),
        ("write the code of three services of the bank (Java)", None),
    ],
)
def test_what_stands_in_parentheses_must_belong_to_what_stands_before(text: str, entry: str | None) -> None:
    assert _found(text) == entry


def test_an_acronym_means_what_its_own_quote_spells_out() -> None:
    assert _found("ICS") is None
    assert _found("ICS", "Trained in the Incident Command System (ICS).") == "Incident Command System"
    assert _found("ICS", "Trained in ICS (Incident Command System).") == "Incident Command System"
    assert _found("ICS", "Industrial control systems (ICS) at a plant.") is None


def test_what_the_tagger_took_it_for_rules_kinds_out() -> None:
    assert _found("Teams") == "Microsoft Teams"
    assert _found("Teams", label="tool") == "Microsoft Teams"
    assert _found("Teams", label="soft") is None


def test_the_words_of_the_text_count_where_the_name_is_unknown() -> None:
    assert _found("k8s", name="container platform") == "Kubernetes"


@pytest.mark.parametrize(
    ("acronym", "words", "fits"),
    [
        ("GAAP", "Generally Accepted Accounting Principles", True),
        ("POS", "point of sale", True),
        ("PS", "Point of Sale", True),
        ("KPIs", "key performance indicators", True),
        ("EMT", "conduit", False),
        ("", "conduit", False),
    ],
)
def test_an_acronym_has_the_first_letters(acronym: str, words: str, fits: bool) -> None:
    assert is_acronym_of(acronym, words) == fits


def test_what_a_text_spells_out_is_cut_to_the_words_meant() -> None:
    assert list(expansions("CRM", "use of customer relationship management (CRM) tools")) == [
        "customer relationship management"
    ]
    assert list(expansions("crm", "customer relationship management (crm)")) == []


def test_level_words_and_general_heads_fall_away_from_outside() -> None:
    assert list(bare_forms("advanced excel skills")) == ["advanced excel", "excel skills", "excel"]
    assert list(bare_forms("skills")) == []
    assert bare_tool("oracle database 19c") == "oracle database 19c"
    assert bare_tool("sap system") == "sap"
    assert bare_proof("cpr certification") == "cpr"
    assert bare_proof("cpr") == "cpr"


def test_words_are_compared_in_one_spelling_by_their_stems() -> None:
    assert stems("Organisational planning of the programmes") == stems("organizational plans, program")
    assert closed_up(normalize_name("colour-labelling")) == closed_up("color labeling")
    assert stems("C++ and C#") == {"c++", "c#"}


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("Lift up to 40 lbs", "lift"),
        ("lift 25 to 50 pounds", "lift"),
        ("lifting 50-75lbs.", "lifting"),
        ("typing 60 wpm", "typing"),
        ("a minimum of 3 years of Java", "java"),
        ("50 lbs", "50 lbs"),
        ("ISO 9001", "iso 9001"),
        ("OSHA 30 hour", "osha 30 hour"),
        ("Excel 2016", "excel 2016"),
        ("10-key", "10 key"),
    ],
)
def test_how_much_is_no_part_of_what(name: str, rest: str) -> None:
    assert without_quantities(normalize_name(name)) == rest
