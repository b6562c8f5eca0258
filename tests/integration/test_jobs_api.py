"""Jobs over HTTP: the catalogue, one's own postings, search, and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from jobmate_agent.clock import utcnow
from jobmate_agent.models import JobListing
from jobmate_agent.services.jobs import listings
from tests.integration.job_shape import checked
from tests.web import Person, Web

NURSE = {"title": "Registered Nurse", "company": "Birch Clinic", "description": "Wound care and triage."}
FULL = {
    **NURSE,
    "location": "Port Ellery",
    "job_type": "Full-time",
    "requirements": "BLS certification",
    "salary_min": 61_000,
    "salary_max": 74_500.5,
    "salary_currency": "NZD",
    "external_url": "https://birch.example/jobs/17",
    "external_id": "17",
    "company_logo_url": "https://birch.example/logo.png",
    "company_website": "http://birch.example",
    "required_skills": ["Triage"],
    "preferred_skills": ["Epic"],
    "is_remote": True,
    "date_posted": "2026-05-01T09:00:00+12:00",
    "date_expires": "2026-06-01T00:00:00Z",
}


def added(person: Person, **values: Any) -> dict[str, Any]:
    answer = person.post("/api/jobs", json={**NURSE, **values})
    assert answer.status_code == 201, answer.text
    return checked(answer.json())


def listed(person: Person, **query: Any) -> list[dict[str, Any]]:
    answer = person.get("/api/jobs", params=query)
    assert answer.status_code == 200, answer.text
    return [checked(job) for job in answer.json()["jobs"]]


def found(person: Person, query: str) -> list[str]:
    answer = person.get("/api/jobs/search", params={"q": query}).json()
    assert set(answer) == {"jobs", "total", "page", "pages", "query"}
    assert answer["total"] == len(answer["jobs"])
    return sorted(checked(job)["title"] for job in answer["jobs"])


def publish(web: Web, **values: Any) -> int:
    """Put a posting into the public catalogue."""
    with web.container.db.unit_of_work() as session:
        job, _ = listings.add_job(session, {**NURSE, **values}, owner_id=None, source="feed", now=utcnow())
        return job.id


def version(web: Web, job_id: int) -> int:
    with web.container.db.reading() as session:
        return session.scalars(sa.select(JobListing.version).where(JobListing.id == job_id)).one()


def count(web: Web) -> int:
    with web.container.db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(JobListing)) or 0


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_everything_sent_comes_back(web: Web) -> None:
    person = web.person()
    job = added(person, **FULL)
    times = {name: datetime.fromisoformat(job.pop(name)) for name in ("date_posted", "date_expires")}
    assert times == {name: datetime.fromisoformat(FULL[name]) for name in times}
    assert {name: job[name] for name in FULL if name not in times} == {
        name: value for name, value in FULL.items() if name not in times
    }
    assert (job["source"], job["is_active"], job["gap_state"], job["has_gap"]) == ("user", True, "none", False)
    again = checked(person.get(f"/api/jobs/{job['id']}").json())
    assert {name: again[name] for name in job} == job


def test_texts_are_cleaned_as_those_of_documents_are(web: Web) -> None:
    person = web.person()
    sent = {
        "title": "Nurse\u200b \u202ePractitioner",
        "company": "Birch\xa0Clinic\u00ad",
        "description": "Py\u200bthon and o\ufb03ce work.\r\nNights.",
        "requirements": "Ku\u2060bernetes",
        "required_skills": ["Tri\u200bage", "\u200b"],
    }
    clean = {
        "title": "Nurse Practitioner",
        "company": "Birch Clinic",
        "description": "Python and office work.\nNights.",
        "requirements": "Kubernetes",
        "required_skills": ["Triage"],
    }
    job = added(person, **sent)
    assert {name: job[name] for name in clean} == clean
    plain = added(person, **NURSE)
    changed = checked(person.put(f"/api/jobs/{plain['id']}", json=sent).json())
    assert {name: changed[name] for name in clean} == clean
    nothing = person.put(f"/api/jobs/{plain['id']}", json={"title": "\u200b\u2060"})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "validation_error")
    longest = added(person, title="\ufb03" * 300)
    assert longest["title"] == "ffi" * 100


def test_absent_values_are_left_out_but_for_five_that_are_null(web: Web) -> None:
    person = web.person()
    expected = {
        *("id", "title", "company", "description", "requirements", "salary_min", "salary_max", "company_website"),
        *("date_expires", "required_skills", "preferred_skills", "is_active", "is_remote", "source"),
        *("created_at", "updated_at", "gap_state", "has_gap"),
    }
    for nothing in ({}, dict.fromkeys(FULL.keys() - NURSE.keys())):
        job = added(person, **nothing)
        assert job.keys() == expected
        assert {name for name, value in job.items() if value is None} == {
            "requirements",
            "salary_min",
            "salary_max",
            "company_website",
            "date_expires",
        }
        assert job["required_skills"] == job["preferred_skills"] == []


def test_empty_fields_of_a_form_mean_nothing(make_web: Callable[..., Web]) -> None:
    person = make_web().person()
    optional = FULL.keys() - NURSE.keys() - {"required_skills", "preferred_skills", "is_remote"}
    job = added(person, **dict.fromkeys(optional, ""))
    assert not {name for name in optional if job.get(name) is not None}


def test_a_change_changes_what_it_names(web: Web) -> None:
    person = web.person()
    job = added(person, **FULL)
    changed = checked(person.put(f"/api/jobs/{job['id']}", json={"location": "Fern Bay", "salary_max": None}).json())
    assert changed.pop("updated_at") > job.pop("updated_at")
    assert changed == {**job, "location": "Fern Bay", "salary_max": None}
    assert "location" not in checked(person.put(f"/api/jobs/{job['id']}", json={"location": None}).json())
    whole = person.get(f"/api/jobs/{job['id']}").json()
    back = person.put(f"/api/jobs/{job['id']}", json=whole)
    assert checked(back.json()) == whole


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"title": "  "},
        {"company": None},
        {"description": None},
        {"description": ""},
        {"description": " \n • "},
        {"required_skills": None},
        {"required_skills": [None]},
        {"required_skills": ["  "]},
        {"preferred_skills": "Python"},
        {"is_remote": None},
        {"salary_min": 80_000},
        {"salary_max": 60_000},
        {"external_id": "18"},
        {"external_id": None},
        {"salary_currency": "dollars"},
        {"external_url": "javascript:alert(1)"},
        {"date_posted": "2026-05-01"},
        {"date_posted": 1_780_000_000},
    ],
)
def test_changes_that_cannot_be(make_web: Callable[..., Web], change: dict[str, Any]) -> None:
    web = make_web()
    person = web.person()
    job = added(person, **FULL)
    answer = person.put(f"/api/jobs/{job['id']}", json=change)
    refused(answer, 422, "validation_error")
    assert next(iter(change)) in str(answer.json()["details"])
    assert person.get(f"/api/jobs/{job['id']}").json() == job


@pytest.mark.parametrize("name", ["external_url", "company_logo_url", "company_website"])
@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "ftp://files.example/x",
        "http://",
        "https://[broken",
        "https://a.example/\u202egnp.exe",
        "https://a.example/ b",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_urls_are_http(make_web: Callable[..., Web], name: str, url: str) -> None:
    web = make_web()
    refused(web.person().post("/api/jobs", json={**NURSE, name: url}), 422, "validation_error")
    assert count(web) == 0


@pytest.mark.parametrize(
    ("value", "status", "code"),
    [
        (b'"salary_min": NaN', 400, "malformed_json"),
        (b'"salary_max": Infinity', 400, "malformed_json"),
        (b'"salary_min": 1e999', 400, "malformed_json"),
        (b'"salary_min": "NaN"', 422, "validation_error"),
        (b'"salary_min": "inf"', 422, "validation_error"),
        (b'"salary_min": -1', 422, "validation_error"),
        (b'"salary_min": 1e13', 422, "validation_error"),
        (b'"salary_min": 2, "salary_max": 1', 422, "validation_error"),
        (b'"title": "a\\u0000b"', 400, "malformed_json"),
        (b'"title": "\\ud800"', 400, "malformed_json"),
        (b'"description": "' + b"x" * 100_001 + b'"', 422, "validation_error"),
        (b'"title": "' + b"x" * 301 + b'"', 422, "validation_error"),
        (b'"location": "' + b"x" * 301 + b'"', 422, "validation_error"),
        (b'"external_id": "' + b"x" * 256 + b'"', 422, "validation_error"),
        (b'"job_type": "' + b"x" * 51 + b'"', 422, "validation_error"),
        (b'"required_skills": [' + b'"a",' * 200 + b'"a"]', 422, "validation_error"),
        (b'"requirements": "' + b"x" * 1_100_000 + b'"', 413, "request_too_large"),
        (b'"date_posted": "2026-05-01T09:00:00"', 422, "validation_error"),
        (b'"date_posted": "0001-01-01T00:00:00+14:00"', 422, "validation_error"),
        (b'"date_expires": "9999-12-31T23:59:59-14:00"', 422, "validation_error"),
        (b'"date_expires": "soon"', 422, "validation_error"),
        (b'"title": 7', 422, "validation_error"),
    ],
)
def test_bad_values_are_refused_and_store_nothing(
    make_web: Callable[..., Web], value: bytes, status: int, code: str
) -> None:
    web = make_web()
    body = b'{"title": "Cook", "company": "Mill", "description": "Grill.", ' + value + b"}"
    headers = {"Content-Type": "application/json"}
    refused(web.person().post("/api/jobs", content=body, headers=headers), status, code)
    assert count(web) == 0


def test_the_largest_values_are_stored_on_every_database(web: Web) -> None:
    person = web.person()
    largest = {
        "title": "電" * 300,
        "company": "🧑" * 300,
        "location": "é" * 300,
        "job_type": "ß" * 50,
        "description": "電気" * 50_000,
        "external_id": "ü" * 255,
        "external_url": "https://a.example/" + "x" * 1982,
        "salary_max": 1e12,
        "date_posted": "1900-01-01T00:00:00+14:00",
        "date_expires": "2199-12-31T23:59:59-12:00",
        "required_skills": ["電" * 200] * 200,
    }
    job = added(person, **largest)
    again = checked(person.get(f"/api/jobs/{job['id']}").json())
    assert {name: again[name] for name in largest if not name.startswith("date_")} == {
        name: value for name, value in largest.items() if not name.startswith("date_")
    }


def test_the_version_grows_when_a_report_would_change_and_only_then(web: Web) -> None:
    person = web.person()
    job_id = added(person, **FULL)["id"]
    assert version(web, job_id) == 1
    for irrelevant in ({"salary_max": 90_000}, {"is_remote": False}, {"title": NURSE["title"]}, {}):
        person.put(f"/api/jobs/{job_id}", json=irrelevant)
        assert version(web, job_id) == 1, irrelevant
    for number, relevant in enumerate(
        (
            {"title": "Nurse"},
            {"company": "Oak"},
            {"location": None},
            {"description": "IV therapy."},
            {"requirements": None},
            {"title": "RN", "company": "Elm"},
        ),
        start=2,
    ):
        person.put(f"/api/jobs/{job_id}", json=relevant)
        assert version(web, job_id) == number, relevant


def test_changes_at_once_all_count(web: Web) -> None:
    person = web.person()
    job_id = added(person)["id"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda number: person.put(f"/api/jobs/{job_id}", json={"title": f"Nurse {number}"}), range(4))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert version(web, job_id) == 5


def test_the_same_external_id_updates_one_posting(web: Web) -> None:
    ada, ben = web.person(), web.person()
    first = added(ada, external_id="17")
    second = added(ada, external_id="17", title="Charge Nurse")
    assert second["id"] == first["id"]
    assert [job["title"] for job in listed(ada)] == ["Charge Nurse"]
    assert version(web, first["id"]) == 2
    assert added(ben, external_id="17")["id"] != first["id"]
    assert added(ada, external_id="18")["id"] != first["id"]
    assert added(ada)["id"] != added(ada)["id"]
    ada.delete(f"/api/jobs/{first['id']}")
    revived = added(ada, external_id="17")
    assert (revived["id"], revived["is_active"]) == (first["id"], True)


def test_the_same_posting_added_at_once_is_one(web: Web) -> None:
    person = web.person()
    with ThreadPoolExecutor(4) as pool:
        ids = {job["id"] for job in pool.map(lambda _: added(person, external_id="17"), range(4))}
    assert len(ids) == 1
    assert count(web) == 1


def test_a_posting_of_ones_own_is_seen_by_its_owner_alone(web: Web) -> None:
    ada, ben = web.person(), web.person()
    private, public = added(ada, title="Private")["id"], publish(web, title="Public")
    assert [job["title"] for job in listed(ada)] == ["Public", "Private"]
    assert [job["title"] for job in listed(ben)] == ["Public"]
    assert found(ben, "wound") == ["Public"]
    assert ben.get(f"/api/jobs/{public}").status_code == 200
    before = ada.get(f"/api/jobs/{private}").json()
    for method, options in (("GET", {}), ("PUT", {"json": {"title": "Mine now"}}), ("DELETE", {})):
        refused(ben.request(method, f"/api/jobs/{private}", **options), 404, "job_not_found")
    assert ada.get(f"/api/jobs/{private}").json() == before
    for person in (ada, ben):
        refused(person.put(f"/api/jobs/{public}", json={"title": "Mine now"}), 404, "job_not_found")
        refused(person.delete(f"/api/jobs/{public}"), 404, "job_not_found")
    assert ada.get(f"/api/jobs/{public}").json()["title"] == "Public"


def test_a_removed_posting_is_gone_unless_it_was_saved(web: Web) -> None:
    person = web.person()
    kept, gone = added(person, title="Kept")["id"], added(person, title="Gone")["id"]
    assert person.post(f"/api/job-collections/{kept}").status_code == 201
    for job_id in (kept, gone):
        assert person.delete(f"/api/jobs/{job_id}").json() == {"message": "Job removed"}
        refused(person.delete(f"/api/jobs/{job_id}"), 404, "job_not_found")
        refused(person.put(f"/api/jobs/{job_id}", json={"title": "Back"}), 404, "job_not_found")
    assert listed(person) == []
    assert found(person, "nurse") == []
    refused(person.get(f"/api/jobs/{gone}"), 404, "job_not_found")
    assert checked(person.get(f"/api/jobs/{kept}").json())["is_active"] is False
    saved = person.get("/api/job-collections").json()["jobs"]
    assert [(job["id"], job["is_active"]) for job in saved] == [(kept, False)]


@pytest.mark.parametrize("job_id", ["0", "2147483647", "2147483648", "99999999999999999999", "-1", "abc", "1.0"])
def test_ids_that_are_none(make_web: Callable[..., Web], job_id: str) -> None:
    person = make_web().person()
    assert person.get(f"/api/jobs/{job_id}").status_code == 404
    assert person.put(f"/api/jobs/{job_id}", json={}).status_code == 404
    assert person.delete(f"/api/jobs/{job_id}").status_code == 404


def test_pages(web: Web) -> None:
    person = web.person()
    ids = [publish(web, title=f"Job {number}") for number in range(5)][::-1]
    expected = {
        1: (ids[:2], True, False),
        2: (ids[2:4], True, True),
        3: (ids[4:], False, True),
        4: ([], False, True),
    }
    for page, (shown, has_next, has_prev) in expected.items():
        answer = person.get("/api/jobs", params={"page": page, "limit": 2}).json()
        assert [job["id"] for job in answer["jobs"]] == shown
        assert answer["pagination"] == {
            "total": 5,
            "current_page": page,
            "total_pages": 3,
            "has_next": has_next,
            "has_prev": has_prev,
            "per_page": 2,
        }
    for bad in ({"page": 0}, {"limit": 0}, {"limit": 101}, {"page": "x"}, {"page": 10**9}, {"location": "x" * 301}):
        refused(person.get("/api/jobs", params=bad), 422, "validation_error")
    assert person.get("/api/jobs", params={"page": 100_000, "limit": 100}).json()["jobs"] == []


def test_an_empty_catalogue(make_web: Callable[..., Web]) -> None:
    person = make_web().person()
    assert person.get("/api/jobs").json() == {
        "jobs": [],
        "pagination": {
            "total": 0,
            "current_page": 1,
            "total_pages": 0,
            "has_next": False,
            "has_prev": False,
            "per_page": 20,
        },
    }
    assert person.get("/api/jobs/search").json() == {"jobs": [], "total": 0, "page": 1, "pages": 0, "query": ""}


def test_filters(web: Web) -> None:
    person = web.person()
    publish(web, title="A", company="Birch Clinic", location="Port Ellery, NZ", job_type="Full-time")
    publish(web, title="B", company="ÉLAN Ärzte", location="Zürich", job_type="Part-time")
    publish(web, title="C", company="100% Oak_Wood", location=None, job_type=None)

    def titles(**query: str) -> list[str]:
        return sorted(job["title"] for job in listed(person, **query))

    assert titles(location="ellery") == ["A"]
    assert titles(location="ZÜRICH") == ["B"]
    assert titles(company="élan ä") == ["B"]
    assert titles(company="%") == titles(company="_") == titles(company="0% oak_") == ["C"]
    assert titles(job_type="FULL-TIME") == ["A"]
    assert titles(job_type="full") == []
    assert titles(company="clinic", location="port", job_type="part-time") == []
    assert titles(company="", location="  ") == ["A", "B", "C"]
    assert titles(company="\\") == titles(company="' OR 1=1 --") == []


def test_search(web: Web) -> None:
    person = web.person()
    publish(web, title="Ärztin", company="Klinik", description="ÜBERSTUNDEN selten")
    publish(web, title="Line Cook", company="Mill", location="Fern Bay", description="Grill, 100% butter, prep_list")
    publish(web, title="Night Cook", company="Harbour", description="Grill and fryer")
    assert found(person, "cook grill") == ["Line Cook", "Night Cook"]
    assert found(person, "GRILL fern") == ["Line Cook"]
    assert found(person, "harbour") == ["Night Cook"]
    assert found(person, "ärztin überstunden") == ["Ärztin"]
    assert found(person, "ÄRZTIN") == ["Ärztin"]
    assert found(person, "100%") == found(person, "%") == found(person, "p_l") == found(person, "_") == ["Line Cook"]
    assert found(person, "c__k") == found(person, "co%k") == found(person, "\\") == []
    assert len(found(person, "  ")) == 3
    assert person.get("/api/jobs/search", params={"q": "  Grill "}).json()["query"] == "Grill"
    refused(person.get("/api/jobs/search", params={"q": "x" * 201}), 422, "validation_error")
    refused(person.get("/api/jobs/search?q=a%00b"), 400, "bad_request")


def test_search_pages(make_web: Callable[..., Web]) -> None:
    web = make_web()
    person = web.person()
    for number in range(21):
        publish(web, title=f"Cook {number}")
    pages = [person.get("/api/jobs/search", params={"q": "cook", "page": page}).json() for page in (1, 2, 3)]
    assert [len(page["jobs"]) for page in pages] == [20, 1, 0]
    assert {(page["total"], page["pages"]) for page in pages} == {(21, 2)}
    assert len({job["id"] for page in pages for job in page["jobs"]}) == 21


def test_without_a_token_nothing_is_told(make_web: Callable[..., Web]) -> None:
    web = make_web()
    publish(web)
    for method, path in (
        ("GET", "/api/jobs"),
        ("GET", "/api/jobs/search?q=nurse"),
        ("GET", "/api/jobs/1"),
        ("POST", "/api/jobs"),
        ("PUT", "/api/jobs/1"),
        ("DELETE", "/api/jobs/1"),
        ("POST", "/api/jobs/import"),
    ):
        refused(web.http.request(method, path), 401, "missing_token")
