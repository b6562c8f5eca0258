"""Resumes over HTTP: upload, list, default, delete, download."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import sqlalchemy as sa
from itsdangerous import TimestampSigner

from jobmate_agent.models import DefaultResume, Resume
from jobmate_agent.services.documents import sandbox
from jobmate_agent.services.gaps.inputs import own_resume
from jobmate_agent.services.resumes import store
from tests.tools.make_bad_files import FILES, LEFT, RIGHT
from tests.web import Person, Web

SAMPLES = Path(__file__).resolve().parents[2] / "jobmate_agent" / "samples" / "resumes"
TEXT = b"Registered nurse with seven years of wound care."
RESUME_KEYS = {"id", "original_filename", "is_default", "created_at"}


def upload(person: Person, name: str = "cv.txt", content: bytes = TEXT, kind: str = "") -> httpx.Response:
    return person.post("/api/resume/upload", files={"file": (name, content, kind or "application/octet-stream")})


def uploaded(person: Person, name: str = "cv.txt", content: bytes = TEXT) -> int:
    answer = upload(person, name, content)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"resume_id": answer.json()["resume_id"], "message": "Resume uploaded successfully"}
    resume_id = answer.json()["resume_id"]
    assert type(resume_id) is int
    return resume_id


def defaults(person: Person) -> list[int]:
    return [resume["id"] for resume in person.get("/api/resumes").json()["resumes"] if resume["is_default"]]


def stored(web: Web) -> dict[str, Any]:
    """Everything that an upload may leave behind."""
    with web.container.db.reading() as session:
        return {
            "resumes": session.scalars(sa.select(Resume.id).order_by(Resume.id)).all(),
            "defaults": session.execute(sa.select(DefaultResume.user_id, DefaultResume.resume_id)).all(),
        }


def text_of(web: Web, resume_id: int) -> str:
    with web.container.db.reading() as session:
        return session.scalars(sa.select(Resume.text).where(Resume.id == resume_id)).one()


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "code", "message", "details", "request_id"}
    assert answer.json()["message"].endswith(".")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("accountant.pdf", "general ledger"),
        ("backend-developer.pdf", "PostgreSQL"),
        ("registered-nurse.docx", "infection control"),
        ("maths-teacher.md", "mathematics"),
        ("warehouse-lead.txt", "forklift"),
    ],
)
def test_every_format_is_read_kept_and_given_back(make_web: Callable[..., Web], name: str, says: str) -> None:
    web = make_web()
    person, content = web.person(), (SAMPLES / name).read_bytes()
    resume_id = uploaded(person, name, content)
    assert says.lower() in text_of(web, resume_id).lower()
    link = person.get(f"/api/resume/{resume_id}/download-url").json()
    assert link["file_size"] == len(content)
    assert httpx.get(link["download_url"], trust_env=False).content == content


def test_columns_are_read_one_after_the_other(make_web: Callable[..., Web]) -> None:
    web = make_web()
    person = web.person()
    for name in ("two_column.pdf", "two_column_interleaved.pdf"):
        lines = text_of(web, uploaded(person, name, FILES[name]())).split("\n")
        assert [line for line in lines if line] == [*LEFT, *RIGHT], name


def test_the_first_becomes_default_and_lists_are_newest_first(web: Web) -> None:
    person = web.person()
    assert person.get("/api/resumes").json() == {"resumes": []}
    refused(person.get("/api/resumes/default"), 404, "no_default_resume")
    first, second = uploaded(person, "first.txt"), uploaded(person, "second.md")
    listed = person.get("/api/resumes").json()["resumes"]
    assert [(resume["id"], resume["original_filename"], resume["is_default"]) for resume in listed] == [
        (second, "second.md", False),
        (first, "first.txt", True),
    ]
    for resume in listed:
        assert set(resume) == RESUME_KEYS
        assert datetime.fromisoformat(resume["created_at"]).utcoffset() is not None
    assert person.get("/api/resumes/default").json() == listed[1]


def test_set_default(web: Web) -> None:
    person = web.person()
    first, second = uploaded(person), uploaded(person)
    for chosen in (second, second, first):
        assert person.post(f"/api/resumes/{chosen}/set-default").json() == {"message": "Default resume updated"}
        assert defaults(person) == [chosen]
    refused(person.post(f"/api/resumes/{second + 1000}/set-default"), 404, "resume_not_found")
    assert defaults(person) == [first]


def test_delete_hands_the_default_to_the_newest_other(web: Web) -> None:
    person = web.person()
    first, second, third = uploaded(person), uploaded(person), uploaded(person)
    assert person.delete(f"/api/resumes/{second}").json() == {"message": "Resume deleted"}
    assert defaults(person) == [first]
    uploaded(person)
    newest = uploaded(person)
    person.delete(f"/api/resumes/{first}")
    assert defaults(person) == [newest]
    refused(person.delete(f"/api/resumes/{first}"), 404, "resume_not_found")
    for resume in person.get("/api/resumes").json()["resumes"]:
        person.delete(f"/api/resumes/{resume['id']}")
    assert stored(web) == {"resumes": [], "defaults": []}
    refused(person.get("/api/resumes/default"), 404, "no_default_resume")
    again = uploaded(person)
    assert defaults(person) == [again]
    assert third != second


REFUSED = {
    "empty.pdf": "resume_empty",
    "blank_page.pdf": "resume_has_no_text",
    "truncated.pdf": "resume_corrupt",
    "encrypted.pdf": "resume_encrypted",
    "image_only.pdf": "resume_has_no_text",
    "png_named_pdf.pdf": "resume_wrong_content",
    "pdf_named_docx.docx": "resume_wrong_content",
    "docx_named_pdf.pdf": "resume_wrong_content",
    "binary_named_txt.txt": "resume_wrong_content",
    "blank.txt": "resume_has_no_text",
    "hang.pdf": "resume_unreadable",
    "billion_laughs.pdf": "resume_unreadable",
    "memory.pdf": "resume_unreadable",
    "crash.pdf": "resume_unreadable",
    "zip_bomb.docx": "resume_expands_too_far",
    "many_entries.docx": "resume_expands_too_far",
    "deep_xml.docx": "resume_corrupt",
    "entity_bomb.docx": "resume_corrupt",
    "long_text.txt": "resume_text_too_long",
}
ACCEPTED = {"external_entity.docx", "latin1.txt", "utf16.txt", "two_column.pdf", "two_column_interleaved.pdf"}


def test_every_bad_file_is_known_here() -> None:
    assert set(FILES) == REFUSED.keys() | ACCEPTED | {"too_big.pdf"}


def test_bad_files_leave_nothing_behind(make_web: Callable[..., Web]) -> None:
    web = make_web(parser_seconds=4.0)
    person = web.person()
    uploaded(person)
    before = stored(web)
    for name, code in REFUSED.items():
        refused(upload(person, name, FILES[name]()), 422, code)
        assert stored(web) == before, name
    assert uploaded(person) not in before["resumes"]


@pytest.mark.parametrize("name", ["crash.pdf", "truncated.pdf", "zip_bomb.docx"])
def test_a_bad_first_file_makes_no_default(web: Web, name: str) -> None:
    person = web.person()
    refused(upload(person, name, FILES[name]()), 422, REFUSED[name])
    assert stored(web) == {"resumes": [], "defaults": []}


def test_five_megabytes_and_not_one_byte_more(make_web: Callable[..., Web]) -> None:
    web = make_web(resume_max_chars=6_000_000)
    person, limit = web.person(), 5 * 1024 * 1024
    fits = (TEXT + b"\n").ljust(limit, b"x")
    uploaded(person, content=fits)
    before = stored(web)
    for content in (fits + b"x", fits * 3):
        refused(upload(person, content=content), 413, "resume_too_large")
    refused(upload(person, "too_big.pdf", FILES["too_big.pdf"]()), 413, "resume_too_large")
    assert stored(web) == before


def test_encodings_arrive_as_text(make_web: Callable[..., Web]) -> None:
    web = make_web()
    person = web.person()
    assert "pâtisserie – “fait maison”, 40 €" in text_of(web, uploaded(person, "a.txt", FILES["latin1.txt"]()))
    assert "電気工事士" in text_of(web, uploaded(person, "b.txt", FILES["utf16.txt"]()))


def test_an_external_entity_shows_nothing_of_the_host(make_web: Callable[..., Web]) -> None:
    web = make_web()
    text = text_of(web, uploaded(web.person(), "cv.docx", FILES["external_entity.docx"]()))
    assert text == "Resume of"


def test_a_password_protected_word_file_says_so(make_web: Callable[..., Web]) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    person = make_web().person()
    refused(upload(person, "cv.docx", ole), 422, "resume_encrypted")
    refused(upload(person, "cv.docx", ole[:1500]), 422, "resume_wrong_content")


def test_a_docx_whose_members_are_encrypted_is_corrupt(make_web: Callable[..., Web]) -> None:
    with zipfile.ZipFile(io.BytesIO((SAMPLES / "registered-nurse.docx").read_bytes())) as package:
        start = package.getinfo("word/document.xml").header_offset
    content = bytearray((SAMPLES / "registered-nurse.docx").read_bytes())
    content[start + 6] |= 1
    directory = content.rindex(b"PK\x01\x02", 0, content.rindex(b"word/document.xml"))
    content[directory + 8] |= 1
    refused(upload(make_web().person(), "cv.docx", bytes(content)), 422, "resume_corrupt")


@pytest.mark.parametrize("name", ["cv", "cv.doc", "cv.exe", ".pdf", "", "cv.pdf.html", "cv."])
def test_other_types_are_refused(make_web: Callable[..., Web], name: str) -> None:
    web = make_web()
    answer = upload(web.person(), name)
    assert answer.status_code == 422
    assert answer.json()["code"] == ("validation_error" if name == "" else "resume_unsupported_type")
    assert stored(web) == {"resumes": [], "defaults": []}


def test_a_request_without_a_file_says_what_is_missing(make_web: Callable[..., Web]) -> None:
    person = make_web().person()
    for options in (
        {"data": {"file": "not a file"}},
        {"files": {"other": ("cv.txt", TEXT)}},
        {"json": {"file": "cv.txt"}},
        {"content": b"--x\r\nnonsense", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": TEXT, "headers": {"Content-Type": "multipart/form-data"}},
    ):
        answer = person.post("/api/resume/upload", **options)
        refused(answer, 422, "validation_error")
        assert [detail["loc"][-1] for detail in answer.json()["details"]] == ["file"]


def test_awkward_filenames(web: Web) -> None:
    person = web.person()
    expected = {
        "../../etc/passwd/cv.txt": "cv.txt",
        "C:\\Users\\kim\\cv.txt": "cv.txt",
        "my cv\u202etxt.exe.txt": "my cvtxt.exe.txt",
        "Lebenslauf Zoë 電気.txt": "Lebenslauf Zoë 電気.txt",
        "🧑‍🍳 chef.TXT": "🧑🍳 chef.TXT",
        "n" * 300 + ".txt": "n" * 196 + ".txt",
        'a"; filename="b.txt': 'a"; filename="b.txt',
        "cv;x=1 %0d%0aSet-Cookie: a=b.txt": "cv;x=1 %0d%0aSet-Cookie: a=b.txt",
    }
    for sent, kept in expected.items():
        resume_id = uploaded(person, sent)
        link = person.get(f"/api/resume/{resume_id}/download-url").json()
        assert link["filename"] == kept
        header = httpx.get(link["download_url"], trust_env=False).headers["content-disposition"]
        assert header.startswith("attachment; filename")
        assert not re.search(r"[\r\n]", header)
        if encoded := re.search(r"filename\*=UTF-8''(\S+)", header):
            assert unquote(encoded[1]) == kept


def test_line_breaks_in_a_filename_make_no_header(make_web: Callable[..., Web]) -> None:
    person = make_web().person()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; '
        b"filename*=UTF-8''cv%0D%0ASet-Cookie%3A%20a%3Db.txt\r\n\r\n" + TEXT + b"\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    resume_id = person.post("/api/resume/upload", content=body, headers=headers).json()["resume_id"]
    link = person.get(f"/api/resume/{resume_id}/download-url").json()
    assert link["filename"] == "cvSet-Cookie: a=b.txt"
    assert "set-cookie" not in httpx.get(link["download_url"], trust_env=False).headers


def test_file_text_and_name_are_unreadable_at_rest(web: Web) -> None:
    uploaded(web.person(), "kim-secret-name.md", TEXT + b"<!-- secretly surfing -->")
    with web.container.db.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM resumes")).one()
    raw = b"|".join(value.encode() if isinstance(value, str) else bytes(value) for value in row if not _is_plain(value))
    assert len(raw) > len(TEXT) * 2
    for secret in (b"nurse", b"wound care", b"kim-secret-name", b"surfing"):
        assert secret not in raw


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, int | datetime)


def test_what_a_file_hides_is_no_part_of_its_text_but_known(web: Web) -> None:
    person = web.person()
    hiding = uploaded(person, "hiding.md", TEXT + b"<!-- surfing diving -->")
    plain = uploaded(person, "plain.md", TEXT)
    assert text_of(web, hiding) == text_of(web, plain)
    with web.container.db.reading() as session:
        inputs = [own_resume(session, person.id, resume_id) for resume_id in (hiding, plain)]
    assert [finding.code for finding in inputs[0].findings] == ["hidden_text"]
    assert (
        inputs[0]
        .findings[0]
        .message.startswith(
            "2 words of your resume cannot be seen by its readers (marked as hidden): “surfing diving”. Left out."
        )
    )
    assert inputs[1].findings == ()


def test_the_download_link_needs_no_sign_in_and_is_an_attachment(web: Web) -> None:
    person = web.person()
    resume_id = uploaded(person, "cv.md", b"# <script>alert(1)</script>")
    link = person.get(f"/api/resume/{resume_id}/download-url").json()
    assert set(link) == {"download_url", "filename", "file_size", "content_type", "expires_in"}
    assert link["download_url"].startswith(web.url)
    assert link["content_type"].startswith("text/markdown")
    answer = httpx.get(link["download_url"], trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == "attachment; filename=cv.md"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]


def test_a_link_that_was_changed_or_is_old_or_whose_file_is_gone(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    person = web.person()
    resume_id = uploaded(person)
    url = person.get(f"/api/resume/{resume_id}/download-url").json()["download_url"]
    base, token = url.split("token=")
    for forged in (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "x" + token, person.access, "%00", "🙂"):
        answer = httpx.get(f"{base}token={forged}", trust_env=False)
        assert answer.status_code in {400, 403}
        assert answer.json()["code"] in {"download_invalid", "bad_request"}
    refused(httpx.get(base.rstrip("?"), trust_env=False), 422, "validation_error")
    seconds = web.container.settings.download_url_seconds
    now = TimestampSigner.get_timestamp
    with monkeypatch.context() as later:
        later.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) + seconds + 1)
        refused(httpx.get(url, trust_env=False), 403, "download_expired")
    assert httpx.get(url, trust_env=False).status_code == 200
    person.delete(f"/api/resumes/{resume_id}")
    refused(httpx.get(url, trust_env=False), 404, "resume_not_found")


def test_an_old_link_never_opens_the_file_of_whoever_got_the_same_id(make_web: Callable[..., Web]) -> None:
    web = make_web()
    ada, ben = web.person(), web.person()
    old = uploaded(ada)
    url = ada.get(f"/api/resume/{old}/download-url").json()["download_url"]
    ada.delete(f"/api/resumes/{old}")
    assert uploaded(ben, content=b"Bens secrets") == old, "SQLite gives the id again; else this test proves nothing"
    refused(httpx.get(url, trust_env=False), 404, "resume_not_found")


def test_somebody_elses_resume_is_not_there(web: Web) -> None:
    ada, ben = web.person(), web.person()
    theirs, _ = uploaded(ada), uploaded(ada)
    uploaded(ben)
    before = stored(web)
    for method, path in (
        ("POST", f"/api/resumes/{theirs}/set-default"),
        ("DELETE", f"/api/resumes/{theirs}"),
        ("GET", f"/api/resume/{theirs}/download-url"),
    ):
        refused(ben.request(method, path), 404, "resume_not_found")
        refused(ben.request(method, path.replace(str(theirs), "2147483647")), 404, "resume_not_found")
        assert web.http.request(method, path).status_code == 401
    assert stored(web) == before
    assert ben.get("/api/resumes").json()["resumes"][0]["id"] not in {theirs}


def test_first_uploads_at_once_leave_one_default(web: Web) -> None:
    person = web.person()
    with ThreadPoolExecutor(3) as pool:
        ids = list(pool.map(lambda number: uploaded(person, f"cv{number}.txt"), range(3)))
    assert len(set(ids)) == 3
    assert len(defaults(person)) == 1


def test_uploads_and_deletions_at_once_always_leave_a_default(web: Web) -> None:
    person = web.person()
    for _ in range(3):
        old = person.get("/api/resumes").json()["resumes"] or [{"id": uploaded(person)}]
        with ThreadPoolExecutor(2 + len(old)) as pool:
            made = [pool.submit(uploaded, person) for _ in range(2)]
            gone = [pool.submit(person.delete, f"/api/resumes/{resume['id']}") for resume in old]
            kept = {future.result() for future in made}
            assert {future.result().status_code for future in gone} == {200}
        assert {resume["id"] for resume in person.get("/api/resumes").json()["resumes"]} == kept
        assert len(defaults(person)) == 1
        assert defaults(person)[0] in kept


def test_deleting_the_default_waits_for_the_upload_that_will_replace_it(web: Web) -> None:
    person, db = web.person(), web.container.db
    old = uploaded(person)

    def delete() -> None:
        with db.unit_of_work() as session:
            store.delete_resume(session, person.id, old)

    deleting = threading.Thread(target=delete)
    with db.unit_of_work() as session:
        new, _ = store.add_resume(
            session, person.id, filename="new.txt", content_type="text/plain", content=TEXT, text=TEXT.decode()
        )
        deleting.start()
        deleting.join(timeout=0.5)
    deleting.join()
    assert defaults(person) == [new.id]


def test_too_many_documents_at_once_wait_or_are_told_to(
    make_web: Callable[..., Web], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_web().person()
    monkeypatch.setattr(sandbox, "PATIENCE_SECONDS", 0.05)
    held = 0
    while sandbox._AT_ONCE.acquire(blocking=False):
        held += 1
    try:
        answer = upload(person)
    finally:
        sandbox._AT_ONCE.release(held)
    refused(answer, 503, "parser_busy")
    assert int(answer.headers["retry-after"]) > 0
    uploaded(person)
