"""Whether a resume and a posting are of one line of work, over a made-up release."""

from __future__ import annotations

from jobmate_agent.services.career_engine.types import LineOfWork
from jobmate_agent.services.onet import line_of_work, word_table
from jobmate_agent.services.onet.occupation_index import OccupationIndex
from tests.unit.test_job_occupation import INDEX

NURSING = ("Night nurse of toys", "Cares for hurt toys at night, sews seams.")
CODING = ("Puzzle developer", "Writes code for riddles in Python, keeps it in Git.")


def compare(titles: tuple[str, ...], text: str, *job: str, index: OccupationIndex = INDEX) -> LineOfWork | None:
    held = line_of_work.of_resume(index, titles, text)
    return line_of_work.compare(index, held, line_of_work.of_posting(index, *job))


def correlation(titles: tuple[str, ...], text: str, job: tuple[str, str]) -> float:
    found = compare(titles, text, *job)
    assert found is not None
    return found.correlation


def test_the_same_work_is_nearer_than_other_work() -> None:
    for own, other in ((NURSING, CODING), (CODING, NURSING)):
        title, text = own
        assert correlation((title,), text, own) > 0.9
        assert correlation((title,), text, other) < 0.3
        assert correlation((), text, own) > correlation((), text, other)
        assert correlation((title,), "", own) > correlation((title,), "", other)


def test_what_the_resume_reads_as() -> None:
    found = compare(("Toy nurse",), NURSING[1], *CODING)
    assert found is not None
    assert found.reads_as[0] == "Toy Nurses"
    assert len(found.reads_as) == 3
    assert found == compare(("Toy nurse",), NURSING[1], *CODING)


def test_no_telling() -> None:
    assert compare((), "", *CODING) is None
    assert compare(("Xyzzy",), "qwertz", *CODING) is None
    assert compare(("Toy nurse",), NURSING[1], "", "") is None
    assert (
        compare(("Toy nurse",), "", *NURSING, index=OccupationIndex(INDEX.occupations[:2], word_table.packaged()))
        is None
    )


def test_a_title_that_nothing_bears_out_counts_little() -> None:
    title, text = NURSING
    assert correlation((CODING[0], title), text, CODING) < correlation((title,), text, CODING) + 0.3
    assert correlation((CODING[0], title), text, NURSING) > 0.8
    assert correlation((CODING[0], "Riddle developer", "Developer"), CODING[1], CODING) > 0.9


def test_a_title_by_itself_is_no_history() -> None:
    alone = line_of_work.of_resume(INDEX, (CODING[0],), NURSING[1])
    thrice = line_of_work.of_resume(INDEX, (CODING[0],) * line_of_work.FULL_HISTORY, NURSING[1])
    assert alone.max() < thrice.max()
