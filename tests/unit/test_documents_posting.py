"""Postings out of web pages."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.posting import read_posting

COOK = {"@type": "JobPosting", "title": "Cook", "description": "Grill and fryer."}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def read(html: str, max_chars: int = 10_000) -> dict[str, object]:
    return read_posting(html.encode(), max_chars)


def script(data: object) -> str:
    text = json.dumps(data).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script><p>page</p>'


@pytest.mark.parametrize(
    "data",
    [
        COOK,
        [COOK],
        [{"@type": "WebSite"}, COOK],
        {"@context": "https://schema.org", "@graph": [{"@type": "Organization"}, COOK]},
        {"@type": "WebPage", "mainEntity": {"@type": "ItemList", "itemListElement": [{"item": COOK}]}},
        {**COOK, "@type": ["Thing", "JobPosting"]},
        {**COOK, "@type": "http://schema.org/JobPosting"},
        {**COOK, "@type": "schema:JobPosting"},
        {**COOK, "title": ["Cook", "Chef"], "description": {"@value": "Grill and fryer."}},
    ],
)
def test_the_posting_is_found_wherever_it_is(data: object) -> None:
    found = read(script(data))
    assert (found["title"], found["description"]) == ("Cook", "Grill and fryer.")


def test_the_first_readable_script_counts() -> None:
    broken = '<script type="application/ld+json">{"@type": "JobPosting", </script>'
    assert read(broken + script(COOK) + script({**COOK, "title": "Other"}))["title"] == "Cook"


@pytest.mark.parametrize("wrapped", ["<!-- {} -->", "//<![CDATA[\n{}\n//]]>", "{};", "\n{}\n"])
def test_wrapped_scripts(wrapped: str) -> None:
    html = f'<script type="application/LD+JSON">{wrapped.format(json.dumps(COOK))}</script><p>page</p>'
    assert read(html)["title"] == "Cook"


def test_characters_that_no_document_holds() -> None:
    found = read(script({**COOK, "title": "Co\x01ok\ud800", "description": "<p>Gr\x00ill\x0b, \uffff fryer</p>"}))
    assert (found["title"], found["description"]) == ("Cook", "Grill,  fryer".replace("  ", " "))


def test_microdata() -> None:
    found = read(
        '<body><div itemscope itemtype="https://schema.org/JobPosting"><h1 itemprop="title">Baker</h1>'
        '<div itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">'
        '<span itemprop="name">Oven Co</span></div><div itemprop="description"><p>Bake bread.</p><p>At night.</p></div>'
        '<meta itemprop="employmentType" content="FULL_TIME"><span itemprop="jobLocation" itemscope '
        'itemtype="https://schema.org/Place"><span itemprop="address">Fern Bay</span></span></div></body>'
    )
    assert {name: found[name] for name in ("title", "company", "job_type", "location")} == {
        "title": "Baker",
        "company": "Oven Co",
        "job_type": "Full-time",
        "location": "Fern Bay",
    }
    assert str(found["description"]).split() == ["Bake", "bread.", "At", "night."]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One\n two</p><p>three</p>", "One two\n\nthree"),
        ("<ul><li>Grill</li><li> <p>Fryer</p></li></ul>after", "• Grill\n• Fryer\n\nafter"),
        ("a<br>b<br/>\n<br>c", "a\nb\n\nc"),
        ("<h3>Must have</h3>BLS<div>RN</div>", "Must have\n\nBLS\nRN"),
        ("&lt;p&gt;Escaped &amp;amp; twice&lt;/p&gt;&lt;p&gt;b&lt;/p&gt;", "Escaped & twice\n\nb"),
        ("Plain text\nwith lines\n\nof its own, 5 < 6 & 7 > 2", "Plain text\nwith lines\n\nof its own, 5 < 6 & 7 > 2"),
        ("x<script>alert(1)</script><style>p{}</style>y", "xy"),
        ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", "a\nb"),
    ],
)
def test_descriptions_keep_their_lines(html: str, text: str) -> None:
    assert read(script({**COOK, "description": html}))["description"] == text


def test_what_the_vocabulary_keeps_apart_is_put_under_headings() -> None:
    posting = {
        **COOK,
        "skills": ["Grill", "Bread"],
        "qualifications": "Food safety",
        "educationRequirements": {"name": "Diploma"},
        "description": "Grill, fryer and everything else on the hot line.",
        "responsibilities": "Grill, fryer and everything else on the hot line.",
    }
    assert str(read(script(posting))["description"]).replace("\n\n", "\n").split("\n") == [
        "Grill, fryer and everything else on the hot line.",
        "Qualifications",
        "Food safety",
        "Skills",
        "• Grill",
        "• Bread",
        "Education",
        "Diploma",
    ]


def test_places_and_kinds() -> None:
    posting = {
        **COOK,
        "jobLocation": [
            {"address": {"addressLocality": "Port Ellery", "addressCountry": {"name": "NZ"}}},
            {"address": "Fern Bay"},
            "Wrenfield",
            {"name": "Harbour"},
            {"address": "Fern Bay"},
        ],
        "jobLocationType": "TELECOMMUTE",
        "employmentType": ["FULL_TIME", "https://schema.org/INTERN", "night shift"],
    }
    found = read(script(posting))
    assert found["location"] == "Port Ellery, NZ; Fern Bay; Wrenfield; Harbour"
    assert (found["job_type"], found["is_remote"]) == ("Full-time, Internship, night shift", True)


def test_a_posting_without_description_takes_the_page() -> None:
    body = "<article>" + "<p>Cook at night, keep the grill clean, and mind the orders.</p>" * 4 + "</article>"
    found = read(script({"@type": "JobPosting", "title": "Cook"}) + body)
    assert found["title"] == "Cook"
    assert "keep the grill clean" in str(found["description"])


def test_long_texts_are_cut() -> None:
    found = read(script({**COOK, "title": "T" * 900, "description": "d" * 900}), max_chars=500)
    assert (len(str(found["title"])), len(str(found["description"]))) == (500, 500)


@pytest.mark.parametrize("html", ["", "no markup", "<html></html>", "<p> </p>", "<script>x</script>", "<!-- x -->"])
def test_nothing_to_read(html: str) -> None:
    with pytest.raises(UnreadableDocumentError) as raised:
        read(html)
    assert raised.value.code == "has_no_text"


@given(st.dictionaries(st.sampled_from([*COOK, "hiringOrganization", "baseSalary", "jobLocation", "skills"]), JSON))
@example({"description": " : "})
def test_any_json_under_the_names_of_the_vocabulary_is_survived(data: dict[str, object]) -> None:
    found = read(script({**data, "@type": "JobPosting"}) + "<p>Cook at night, keep the grill clean.</p>")
    assert found["description"]
    numbers = {name for name in found if name.startswith("salary_m")}
    assert all(isinstance(found[name], float) for name in numbers)
    assert all(isinstance(found[name], str | bool) for name in found.keys() - numbers)
