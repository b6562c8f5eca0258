"""Postings from web pages and pasted text, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from jobmate_agent.services.gaps import inputs
from tests.integration.job_shape import checked
from tests.web import Person, Web

POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Line Cook &amp; Baker",
    "description": "<p>Cook on a\n busy line.</p><ul><li>Grill</li><li>Bread</li></ul>",
    "hiringOrganization": {"@type": "Organization", "name": "Copper Kettle", "sameAs": "https://kettle.example"},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Wrenfield", "addressCountry": "NZ"}},
    "employmentType": "PART_TIME",
    "baseSalary": {"currency": "NZD", "value": {"minValue": 50_000, "maxValue": "60,000"}},
    "identifier": {"@type": "PropertyValue", "value": 1001},
    "url": "https://kettle.example/jobs/1001",
    "datePosted": "2026-05-01",
    "validThrough": "2026-06-01T00:00:00+12:00",
}


def page(posting: object, body: str = "<p>Open the kitchen every morning.</p>") -> str:
    script = json.dumps(posting)
    return f'<html><head><title>Page</title><script type="application/ld+json">{script}</script></head>{body}</html>'


def imported(person: Person, **body: Any) -> dict[str, Any]:
    answer = person.post("/api/jobs/import", json=body)
    assert answer.status_code == 201, answer.text
    return checked(answer.json())


def raw(person: Person, content: str | bytes, kind: str) -> httpx.Response:
    return person.post("/api/jobs/import", content=content, headers={"Content-Type": kind})


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_what_a_description_hides_is_left_out_and_noted_until_it_changes(web: Web) -> None:
    person = web.person()
    hiding = {**POSTING, "description": "<p>Cook.</p><p style='color:#fff'>surfing diving</p>"}
    job = imported(person, html=page(hiding).replace("</p>", "<\\/p>", 2))
    assert job["description"] == "Cook."

    def noted() -> list[str]:
        with web.container.db.reading() as session:
            return [finding.message for finding in inputs.posting(session, person.id, job["id"]).findings]

    assert noted() == [
        "2 words of this posting cannot be seen by its readers (in the colour of the paper, covered or transparent): "
        "“surfing diving”. Left out."
    ]
    assert person.put(f"/api/jobs/{job['id']}", json={"title": "Chef"}).status_code == 200
    assert len(noted()) == 1
    assert person.put(f"/api/jobs/{job['id']}", json={"description": "Cook and bake."}).status_code == 200
    assert noted() == []


def test_what_a_page_without_a_posting_hides_is_left_out_and_noted(web: Web) -> None:
    person = web.person()
    text = "<p>Cook at night. You keep the grill clean and the orders moving.</p>" * 5
    white = '<p style="color:white">Kubernetes Terraform Oracle experience required</p>'
    job = imported(person, html=f"<html><title>Cook</title><body><main>{text}{white}</main></body></html>")
    assert "Kubernetes" not in job["description"]
    with web.container.db.reading() as session:
        (finding,) = inputs.posting(session, person.id, job["id"]).findings
    assert finding.message.startswith("5 words of this posting cannot be seen by its readers")


def test_a_page_with_a_posting(web: Web) -> None:
    person = web.person()
    job = imported(person, html=page(POSTING))
    assert job["description"] == "Cook on a busy line.\n\n• Grill\n• Bread"
    expected = {
        "title": "Line Cook & Baker",
        "company": "Copper Kettle",
        "company_website": "https://kettle.example",
        "location": "Wrenfield, NZ",
        "job_type": "Part-time",
        "salary_min": 50_000,
        "salary_max": 60_000,
        "salary_currency": "NZD",
        "external_id": "1001",
        "external_url": "https://kettle.example/jobs/1001",
        "date_posted": "2026-05-01T00:00:00+00:00",
        "date_expires": "2026-05-31T12:00:00+00:00",
        "source": "import",
        "is_remote": False,
    }
    assert {name: job[name] for name in expected} == expected
    assert checked(person.get(f"/api/jobs/{job['id']}").json()) == job


def test_the_body_may_be_the_page_or_the_text_itself(web: Web) -> None:
    person = web.person()
    by_json = imported(person, html=page(POSTING))
    for kind in ("text/html", "text/html; charset=utf-8"):
        answer = raw(person, page(POSTING), kind)
        assert answer.status_code == 201, answer.text
        assert checked(answer.json())["id"] == by_json["id"]
    text = raw(person, "# Zoë's bakery\n\nKnead the dough.", "text/plain; charset=utf-8")
    assert checked(text.json())["title"] == "Zoë's bakery"


def test_pages_without_a_posting_give_their_main_text(make_web: Callable[..., Web]) -> None:
    person = make_web().person()
    html = (
        "<html><head><title>Night Cook | Harbour House</title></head><body><nav>Home About</nav><article>"
        + "<p>Cook at night. You keep the grill clean and the orders moving.</p>" * 5
        + "</article><script>var x = 'not for people'</script></body></html>"
    )
    job = imported(person, html=html, company="Harbour House", url="https://harbour.example/7")
    assert job["title"] == "Night Cook | Harbour House"
    assert (job["company"], job["external_url"]) == ("Harbour House", "https://harbour.example/7")
    assert "keep the grill clean" in job["description"]
    assert "not for people" not in job["description"]
    assert imported(person, html=html.replace("night", "day"))["company"] == "Unknown company"


def test_text_takes_its_first_line_as_title(make_web: Callable[..., Web]) -> None:
    person = make_web().person()
    job = imported(person, text="\n=====\n** Night Cook **\r\nGrill\tand fryer\u200b\n")
    assert (job["title"], job["description"]) == ("Night Cook", "=====\n** Night Cook **\nGrill    and fryer")
    named = imported(person, text="We look for a cook.", title="Cook", company="Mill")
    assert (named["title"], named["company"]) == ("Cook", "Mill")


def test_the_same_again_is_one_posting(web: Web) -> None:
    person, other = web.person(), web.person()
    first = imported(person, html=page(POSTING))
    changed = imported(person, html=page({**POSTING, "title": "Head Baker", "baseSalary": None}))
    assert (changed["id"], changed["title"], changed["salary_min"]) == (first["id"], "Head Baker", None)
    elsewhere = {**POSTING, "hiringOrganization": {"name": "Oven Co"}}
    assert imported(person, html=page(elsewhere))["id"] != first["id"]
    assert imported(other, html=page(POSTING))["id"] != first["id"]
    text = imported(person, text="Cook wanted.")
    assert imported(person, text="Cook wanted.\n\n")["id"] == text["id"]
    assert imported(person, text="Baker wanted.")["id"] != text["id"]
    assert len(person.get("/api/jobs").json()["jobs"]) == 4
    assert other.get(f"/api/jobs/{first['id']}").status_code == 404


def test_values_that_cannot_be_kept_are_left_out(web: Web) -> None:
    odd = {
        **POSTING,
        "title": "T" * 400,
        "url": "javascript:alert(1)",
        "hiringOrganization": {"name": "Mill\u0000\ud800 & <b>Co</b>", "sameAs": "data:x", "logo": "/logo.png"},
        "baseSalary": {"currency": "euros", "value": {"minValue": "1e999", "maxValue": float("nan")}},
        "datePosted": "0001-01-01T00:00:00+14:00",
        "validThrough": "whenever",
        "identifier": "x" * 900,
    }
    job = imported(web.person(), html=page(odd))
    assert job["title"] == "T" * 300
    assert job["company"] == "Mill & Co"
    assert len(job["external_id"]) == 255
    assert not job.keys() & {"external_url", "company_logo_url", "salary_currency", "date_posted"}
    assert {job[name] for name in ("company_website", "salary_min", "salary_max", "date_expires")} == {None}


@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        ({"value": 40_000}, (40_000, 40_000)),
        ({"value": {"value": "40000"}}, (40_000, 40_000)),
        ({"minValue": 3, "maxValue": 4}, (3, 4)),
        ({"value": {"minValue": 9, "maxValue": 4}}, (4, 9)),
        ({"value": {"minValue": 9}}, (9, None)),
        ({"value": {"minValue": 0, "maxValue": -4}}, (None, None)),
        ({"value": {"minValue": True, "maxValue": [None]}}, (None, None)),
        ([{"value": [{"minValue": 5, "maxValue": 6}]}], (5, 6)),
        ("negotiable", (None, None)),
    ],
)
def test_salaries(make_web: Callable[..., Web], salary: object, expected: tuple[float | None, float | None]) -> None:
    job = imported(make_web().person(), html=page({**POSTING, "baseSalary": salary}))
    assert (job["salary_min"], job["salary_max"]) == expected


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation_error"),
        ({"html": "<p>a</p>", "text": "a"}, "validation_error"),
        ({"html": ""}, "validation_error"),
        ({"text": " \n "}, "validation_error"),
        ({"text": "x" * 100_001}, "validation_error"),
        ({"text": "A cook.", "url": "javascript:alert(1)"}, "validation_error"),
        ({"html": "<html><body></body></html>"}, "posting_has_no_text"),
        ({"html": "no tags at all"}, "posting_has_no_text"),
        ({"html": "<p>" + " \n" * 500}, "posting_has_no_text"),
    ],
)
def test_what_is_no_posting(make_web: Callable[..., Web], body: dict[str, str], code: str) -> None:
    person = make_web().person()
    refused(person.post("/api/jobs/import", json=body), 422, code)
    assert person.get("/api/jobs").json()["jobs"] == []


def test_raw_bodies_that_are_no_posting(make_web: Callable[..., Web]) -> None:
    person = make_web().person()
    for content, kind in ((b"", "text/html"), (b"", "text/plain"), (b"a\x00b", "text/plain"), (b" ", "text/plain")):
        refused(raw(person, content, kind), 422, "validation_error")
    refused(raw(person, b"x" * 100_001, "text/plain"), 422, "validation_error")
    refused(raw(person, page(POSTING), "application/xml"), 400, "malformed_json")


def test_two_megabytes_of_page(make_web: Callable[..., Web]) -> None:
    person = make_web().person()
    limit = 2 * 1024 * 1024
    largest = page(POSTING).ljust(limit, "\n")
    assert imported(person, html=largest)["company"] == "Copper Kettle"
    assert raw(person, largest, "text/html").status_code == 201
    for answer in (
        person.post("/api/jobs/import", json={"html": largest + "\n"}),
        raw(person, largest + "\n", "text/html"),
    ):
        refused(answer, 413, "posting_too_large")
    refused(raw(person, largest * 4, "text/html"), 413, "request_too_large")


def test_hostile_pages_end_their_reader_alone(make_web: Callable[..., Web]) -> None:
    person = make_web(parser_seconds=3.0).person()
    attributes = " ".join(f"a{number}=1" for number in range(150_000))
    refused(person.post("/api/jobs/import", json={"html": f"<p {attributes}>Cook</p>"}), 422, "posting_unreadable")
    assert imported(person, html=page(POSTING))["title"] == "Line Cook & Baker"


def test_the_document_names_all_three_kinds_of_body(make_web: Callable[..., Web]) -> None:
    spec = make_web().http.get("/openapi.json").json()
    content = spec["paths"]["/api/jobs/import"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "text/html", "text/plain"}
    assert content["text/html"] == {"schema": {"type": "string"}}
