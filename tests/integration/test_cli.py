"""The ``jobmate`` command, as an operator types it."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from jobmate_agent.cli.main import cli
from jobmate_agent.cli.shell import Group
from jobmate_agent.container import Container
from jobmate_agent.crypto import parse_key_ring
from jobmate_agent.models import JobListing
from tests.conftest import make_settings
from tests.web import PASSWORD, Web

SAMPLES = Path(__file__).resolve().parents[2] / "jobmate_agent" / "samples" / "postings" / "index.json"
COOK = {"title": "Cook", "company": "Mill", "description": "Grill and fryer.", "external_id": "1"}


class Operator:
    """Somebody at a shell whose environment names a database and a data folder."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.environment = {"JOBMATE_DATABASE_URL": database_url, "JOBMATE_DATA_DIR": str(folder / "var")}
        self.container = Container(make_settings(database_url, folder))
        self.folder = folder

    def run(self, *arguments: str, status: int = 0, **options: Any) -> Result:
        result = CliRunner().invoke(cli, arguments, env=self.environment, **options)
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    def file(self, name: str, content: str | bytes | list[object]) -> str:
        text = json.dumps(content) if isinstance(content, list) else content
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def jobs(self) -> list[JobListing]:
        with self.container.db.reading() as session:
            return list(session.scalars(sa.select(JobListing).order_by(JobListing.id)))


@pytest.fixture
def operator(sqlite_url: str, tmp_path: Path) -> Iterator[Operator]:
    made = Operator(sqlite_url, tmp_path)
    yield made
    made.container.db.dispose()


@pytest.fixture
def everywhere(database_url: str, tmp_path: Path) -> Iterator[Operator]:
    """The same on each database."""
    made = Operator(database_url, tmp_path)
    yield made
    made.container.db.dispose()


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(cli)), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*path, "--help"])
    assert result.exit_code == 0
    assert len(result.output.split("\n\n")[1].split()) >= 2, result.output


def test_help_is_instant() -> None:
    program = (
        "import sys\nfrom jobmate_agent.cli.main import cli\n"
        "try: cli(['--help'])\n"
        "finally: print(sorted({'torch', 'chromadb', 'langgraph', 'flask', 'lxml'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_the_installed_command_knows_its_version() -> None:
    command = [sys.executable, "-m", "jobmate_agent", "--version"]
    assert "0.1.0" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_new_keys_are_keys_and_new() -> None:
    rings = [parse_key_ring(CliRunner().invoke(cli, ["keys", "new"]).output) for _ in range(2)]
    assert len({key for ring in rings for key in (*ring.encryption, ring.blind_index, ring.tokens, ring.urls)}) == 8


def test_a_database_is_brought_up_to_date_before_it_is_used(tmp_path: Path) -> None:
    operator = Operator(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    for command in (["users", "list"], ["jobs", "import", operator.file("jobs.json", [COOK])], ["taxonomy", "load"]):
        assert "run: jobmate db upgrade" in operator.run(*command, status=1).output
    assert "Database is at schema head" in operator.run("db", "upgrade").output
    operator.run("db", "upgrade")
    assert operator.run("users", "list").output == ""
    operator.container.db.dispose()


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"JOBMATE_PORT": "many"}, "JOBMATE_PORT: Input should be a valid integer"),
        ({"JOBMATE_HEARTBEAT_SECONDS": "29"}, "JOBMATE_HEARTBEAT_SECONDS must be at most half"),
        ({"JOBMATE_EXTERNAL_ISSUERS": "nonsense"}, "external_issuers"),
        ({"JOBMATE_DATABASE_URL": "nonsense"}, "JOBMATE_DATABASE_URL is not a database URL"),
        ({"JOBMATE_DATABASE_URL": "nosuch://a/b"}, "JOBMATE_DATABASE_URL is not a database URL"),
        ({"JOBMATE_DATABASE_URL": "oracle+oracledb://a/b"}, "The Python module oracledb is not installed"),
        ({"JOBMATE_DATABASE_URL": "postgresql+psycopg://a:a-password@127.0.0.1:1/b"}, "The database does not answer"),
    ],
)
def test_faults_of_the_surroundings_are_told_in_a_sentence(
    tmp_path: Path, variables: dict[str, str], says: str
) -> None:
    keys = CliRunner().invoke(cli, ["keys", "new"]).output
    environment = {"JOBMATE_DATA_DIR": str(tmp_path), "JOBMATE_KEYS": keys, "OPENAI_API_KEY": "a-password"}
    result = CliRunner().invoke(cli, ["db", "upgrade"], env={**environment, **variables})
    assert result.exit_code == 1
    assert says in result.output
    for secret in ("a-password", parse_key_ring(keys).tokens):
        assert secret not in result.output


@pytest.mark.parametrize("kind", [sa.exc.IntegrityError, sa.exc.DataError])
def test_a_row_that_the_database_refuses_is_told_in_a_sentence(kind: type[sa.exc.DBAPIError]) -> None:
    refused = Group()
    cause = Exception('a key is there twice: "pk_things"\nDETAIL: Key (name)=(Alice) already exists.')

    @refused.command("work")
    def work() -> None:
        raise kind("INSERT INTO things …", None, cause)

    result = CliRunner().invoke(refused, ["work"])
    assert result.exit_code == 1
    assert result.output == (
        "Error: The database refuses what was to be written, and nothing of it is kept: "
        'a key is there twice: "pk_things"\n'
    )


def test_a_data_folder_that_cannot_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    result = CliRunner().invoke(cli, ["db", "upgrade"], env={"JOBMATE_DATA_DIR": str(taken)})
    assert (result.exit_code, result.output) == (1, f"Error: {taken}: File exists.\n")


def test_accounts_made_here_sign_in_over_http(everywhere: Operator) -> None:
    made = everywhere.run("users", "create", "--email", "Kim@Example.org", "--name", "Kim", "--password", PASSWORD)
    listed = everywhere.run("users", "list").output.strip().split("\t")
    assert listed[:2] == [made.output.split()[1].strip("."), "kim@example.org"]
    with Web(everywhere.container) as web:
        kim = web.login("kim@example.org")
        assert kim.id == listed[0]
        assert kim.get("/api/contact-info").json()["name"] == "Kim"
        other = web.person()
        answer = everywhere.run("users", "set-password", "--email", "KIM@example.org", "--password", "another secret 9")
        assert "all sessions ended" in answer.output
        assert kim.get("/api/resumes").status_code == 401
        assert web.http.post("/api/auth/refresh", json={"refresh_token": kim.refresh}).status_code == 401
        assert web.login("kim@example.org", "another secret 9").id == kim.id
        wrong = {"email": "kim@example.org", "password": PASSWORD}
        assert web.http.post("/api/auth/login", json=wrong).status_code == 401
        assert other.get("/api/resumes").status_code == 200
    assert len(everywhere.run("users", "list").output.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("users", "create", "--email", "kim@example.org", "--password", PASSWORD), "already an account"),
        (("users", "create", "--email", "nonsense", "--password", PASSWORD), "not an e-mail address"),
        (("users", "create", "--email", "new@example.org", "--password", "short-1"), "at least 8 characters"),
        (("users", "set-password", "--email", "kim@example.org", "--password", "short-1"), "at least 8 characters"),
        (("users", "set-password", "--email", "who@example.org", "--password", PASSWORD), "no account"),
    ],
)
def test_accounts_that_cannot_be(operator: Operator, arguments: tuple[str, ...], says: str) -> None:
    operator.run("users", "create", "--email", "kim@example.org", "--password", PASSWORD)
    output = operator.run(*arguments, status=1).output
    assert says in output
    assert "short-1" not in output
    assert len(operator.run("users", "list").output.splitlines()) == 1


def test_the_password_can_be_typed_unseen(operator: Operator) -> None:
    result = operator.run("users", "create", "--email", "kim@example.org", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert PASSWORD not in result.output
    operator.run("users", "create", "--email", "a@example.org", input=f"{PASSWORD}\nother\n", status=1)


def test_the_samples_become_the_public_catalogue(everywhere: Operator) -> None:
    number = len(json.loads(SAMPLES.read_text()))
    assert everywhere.run("jobs", "import", str(SAMPLES)).output == f"{number} jobs added, 0 updated.\n"
    assert everywhere.run("jobs", "import", str(SAMPLES)).output == "0 jobs added, 0 updated.\n"
    with Web(everywhere.container) as web:
        found = web.person().get("/api/jobs/search", params={"q": "registered nurse"}).json()["jobs"]
    assert [job["external_id"] for job in found] == ["sample-registered-nurse"]
    assert found[0]["description"].count("\n") > 5
    assert {job.owner_id for job in everywhere.jobs()} == {None}


def test_lines_and_lists_and_what_changes(everywhere: Operator) -> None:
    lines = "\ufeff" + "\n\r\n".join(json.dumps({**COOK, "external_id": str(number)}) for number in range(3)) + "\n"
    assert everywhere.run("jobs", "import", everywhere.file("a.jsonl", lines)).output == "3 jobs added, 0 updated.\n"
    changed = [{**COOK, "title": "Chef"}, {**COOK, "source": "elsewhere"}, {**COOK, "external_id": "2"}]
    path = everywhere.file("b.json", [*changed])
    assert everywhere.run("jobs", "import", path).output == "1 jobs added, 1 updated.\n"
    assert [(job.external_id, job.source, job.title, job.version) for job in everywhere.jobs()] == [
        ("0", "catalogue", "Cook", 1),
        ("1", "catalogue", "Chef", 2),
        ("2", "catalogue", "Cook", 1),
        ("1", "elsewhere", "Cook", 1),
    ]


def test_postings_without_an_id_are_recognised_by_what_they_say(operator: Operator) -> None:
    nameless = {name: value for name, value in COOK.items() if name != "external_id"}
    path = operator.file("a.json", [nameless, {**nameless, "location": "Fern Bay"}])
    assert operator.run("jobs", "import", path).output == "2 jobs added, 0 updated.\n"
    assert operator.run("jobs", "import", path).output == "0 jobs added, 0 updated.\n"


def test_one_bad_line_and_nothing_is_imported(operator: Operator) -> None:
    (operator.folder / "secret.txt").write_text("the text of another file")
    bad = [
        json.dumps(COOK),
        "{not json}",
        json.dumps({"title": "Cook", "company": "Mill"}),
        json.dumps({**COOK, "external_url": "javascript:alert(1)", "salary_min": -1}),
        json.dumps([COOK]),
        json.dumps({**COOK, "salary_min": 2, "salary_max": 1}),
        '{"title": "Cook", "company": "Mill", "description": "x", "salary_min": NaN}',
        json.dumps({"title": "Cook", "company": "Mill", "file": "../secret.txt"}),
        json.dumps({"title": "Cook", "company": "Mill", "file": str(operator.folder / "secret.txt")}),
        json.dumps({"title": "Cook", "company": "Mill", "file": "absent.md"}),
        json.dumps({**COOK, "title": "a\0b"}),
    ]
    output = operator.run("jobs", "import", operator.file("bad.jsonl", "\n".join(bad)), status=1).output
    places = [row.split(":")[0].strip() for row in output.splitlines()]
    assert places[:-1] == [
        "line 2",
        "line 3.description",
        "line 4.salary_min",
        "line 4.external_url",
        "line 5",
        "line 6",
        *(f"line {number}" for number in (7, 8, 9, 10)),
        "line 11.title",
    ]
    assert "11 mistakes; nothing was imported" in output
    assert operator.jobs() == []


def test_only_the_first_mistakes_are_listed(operator: Operator) -> None:
    output = operator.run("jobs", "import", operator.file("bad.json", [{}] * 30), status=1).output
    assert "90 mistakes (the first 20 are shown)" in output
    assert len(output.splitlines()) == 21


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"[", "not a JSON list"), (b"[1, 2]", "entry 1"), (b"\xff\xfe", "line 1"), (b'{"jobs": []}', "line 1.title")],
)
def test_files_that_are_something_else(operator: Operator, content: bytes, says: str) -> None:
    assert says in operator.run("jobs", "import", operator.file("x", content), status=1).output
    assert operator.jobs() == []


def test_an_empty_file_adds_nothing(operator: Operator) -> None:
    assert operator.run("jobs", "import", operator.file("x", b"")).output == "0 jobs added, 0 updated.\n"
    assert operator.run("jobs", "import", operator.file("y", [])).output == "0 jobs added, 0 updated.\n"
    operator.run("jobs", "import", str(operator.folder / "absent"), status=2)


def test_a_long_file_shows_how_far_it_is(operator: Operator) -> None:
    jobs = [{**COOK, "external_id": str(number)} for number in range(150)]
    assert "0/150" in shown_on_a_terminal(operator, operator.file("long.json", [*jobs]))
    assert shown_on_a_terminal(operator, operator.file("short.json", [*jobs[:20]])) == ""
    assert len(operator.jobs()) == 150


def shown_on_a_terminal(operator: Operator, path: str) -> str:
    """What importing ``path`` writes to a terminal of 80 columns beside its answer."""
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "jobmate_agent", "jobs", "import", path]
    subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, check=True, env=operator.environment)
    os.set_blocking(reader, False)
    try:
        return os.read(reader, 100_000).decode()
    except BlockingIOError:
        return ""
    finally:
        os.close(reader)
        os.close(terminal)
