"""What is said about documents themselves: other languages, keyword stuffing, copied passages."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.copies import FEWEST_WORDS, blanked, copied_passages, without_copies
from jobmate_agent.services.career_engine.document_findings import document_findings
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.readable import without_unread
from jobmate_agent.services.career_engine.types import DocType, Extraction, Finding
from tests.unit.vocabularies import ROWS, vocabulary

EXTRACTOR = KeywordExtractor(
    vocabulary((*ROWS, ("Die Casting", "skill", "Die", ""), ("Fund Raising", "skill", "Art", ""))), EngineSettings()
)
GERMAN = (
    "Für unser Team in München suchen wir ab sofort einen erfahrenen Entwickler (m/w/d). Die Art Ihrer Aufgaben: "
    "Entwicklung von Diensten mit Java, Docker und Kubernetes. Sie haben sehr gute Kenntnisse in SQL und Python."
)
GERMAN_NURSE = (
    "Wir suchen eine examinierte Pflegefachkraft für unsere Station. Die Art der Arbeit ist abwechslungsreich, und Sie "
    "arbeiten in einem netten Team. Wir freuen uns auf Ihre Bewerbung mit den üblichen Unterlagen."
)
ENGLISH = "You know project management well and have worked with SQL and Docker for at least three years in a team."


def read(text: str, doc_type: DocType) -> Extraction:
    found = without_unread(EXTRACTOR.extract(text, doc_type), text, EXTRACTOR.matcher)
    for skill in found.skills:
        assert all(piece.quote == text[piece.start : piece.end] for piece in skill.evidence)
        assert skill.places
        assert skill.evidence
    return found


def findings(text: str, doc_type: DocType = "resume") -> dict[str, Finding]:
    found = document_findings(text, read(text, doc_type), EXTRACTOR.matcher)
    for finding in found:
        place = finding.evidence
        assert place is None or place.quote == text[place.start : place.end]
    return {finding.code: finding for finding in found}


def names(found: Extraction) -> set[str]:
    return {skill.name for skill in found.skills}


def test_another_language_is_read_for_names_of_technologies_only() -> None:
    assert {"Die Casting", "Fund Raising"} <= names(EXTRACTOR.extract(GERMAN, "job"))
    assert names(read(GERMAN, "job")) == {"Java", "Docker", "Kubernetes", "SQL", "Python"}


def test_names_count_in_another_language_though_a_tagger_sees_no_skill_there() -> None:
    blind = Extraction("job", (), "keyword", "1")
    found = without_unread(blind, GERMAN, EXTRACTOR.matcher)
    assert names(found) == {"Java", "Docker", "Kubernetes", "SQL", "Python"}
    assert [skill.name for skill in found.skills][:2] == ["Java", "Docker"]
    for skill in found.skills:
        ((start, end),) = skill.places
        assert GERMAN[start:end] == skill.token == skill.name
        assert (skill.level, skill.required, skill.confidence) == (None, True, 1.0)
        assert all(
            piece.quote == GERMAN[piece.start : piece.end] and skill.name in piece.quote for piece in skill.evidence
        )


def test_an_everyday_word_is_no_name_of_a_technology_in_another_language() -> None:
    text = GERMAN.replace("Docker", "Access").replace("Python", "Teams")
    blind = Extraction("job", (), "keyword", "1")
    assert names(without_unread(blind, text, EXTRACTOR.matcher)) == {"Java", "Kubernetes", "SQL"}


def test_a_posting_without_names_gives_nothing_to_score() -> None:
    assert EXTRACTOR.extract(GERMAN_NURSE, "job").skills
    assert read(GERMAN_NURSE, "job").skills == ()


def test_a_name_in_another_language_must_be_written_as_the_name_is() -> None:
    text = GERMAN.replace("Python", "python").replace("SQL", "sql")
    assert names(read(text, "job")) == {"Java", "Docker", "Kubernetes"}


def test_the_english_part_of_a_mixed_document_is_read_as_ever() -> None:
    text = f"{ENGLISH}\n\n{GERMAN}"
    assert names(read(text, "job")) == {"Project Management", "Java", "Docker", "Kubernetes", "SQL", "Python"}
    docker = next(skill for skill in read(text, "job").skills if skill.name == "Docker")
    assert len(docker.places) == 2
    assert read(ENGLISH, "job") == EXTRACTOR.extract(ENGLISH, "job")


def test_names_stand_apart_in_scripts_without_spaces() -> None:
    assert names(read("负责Java后端开发，熟悉Docker和Kubernetes，有三年以上工作经验。", "resume")) == {
        "Java",
        "Docker",
        "Kubernetes",
    }


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (GERMAN, "other_language", "This posting is written in German."),
        (f"{ENGLISH}\n\n{GERMAN}", "other_language", "This posting is mostly written in German."),
        (
            f"{ENGLISH}\n{ENGLISH}\n{ENGLISH}\n\n{GERMAN}",
            "partly_other_language",
            "A part of this posting (about 41 %) is",
        ),
    ],
)
def test_a_posting_in_another_language_is_called_that(text: str, code: str, says: str) -> None:
    finding = findings(text, "job")[code]
    assert finding.message.startswith(says)
    assert "names of technologies" in finding.message
    assert finding.evidence is not None
    assert finding.evidence.start >= text.index("Für")


def test_a_language_model_reads_other_languages_too() -> None:
    found = Extraction("job", (), "llm", "llm-1", model="m")
    (finding,) = document_findings(GERMAN, found, EXTRACTOR.matcher)
    assert finding.message.startswith("This posting is written in German. The language model read it")


def test_an_unread_resume_is_one_of_which_nothing_was_understood_for_its_language() -> None:
    def with_findings(text: str) -> Extraction:
        found = read(text, "resume")
        return Extraction(
            "resume", found.skills, "keyword", "1", findings=document_findings(text, found, EXTRACTOR.matcher)
        )

    assert with_findings(GERMAN_NURSE).is_unread
    assert not with_findings(GERMAN).is_unread
    assert not with_findings("I like long walks and good books, and I have many friends.").is_unread


def test_english_documents_have_no_findings() -> None:
    assert findings(ENGLISH, "job") == {}
    assert findings("Experience\nI built services with Python and SQL for three years, and led two people.") == {}
    assert findings("") == {}


WORK = "Experience\nI kept the books of three shops and paid their suppliers in time, month after month. "


def test_a_skill_that_stands_everywhere_is_noticed() -> None:
    crowded = findings(WORK * 9 + "I used Python, and Python again. " * 5)["repeated_skill"]
    assert crowded.message.startswith("Python stands 10 times within 50 words of your resume. ")
    everywhere = findings("I used Python in a shop where we sold all sorts of sweets. " * 20)["repeated_skill"]
    assert everywhere.message.startswith("Python stands 20 times in your resume, once in 13 words. ")
    assert findings(WORK * 9 + "I used Python, and Python again. " * 4) == {}
    assert findings("I used Python in a shop where we sold all sorts of sweets and other things. " * 40) == {}


@pytest.mark.parametrize(
    "stuffed",
    [
        "leader leader leader leader leader",
        "Excel, Excel, excel, EXCEL, Excel",
        "sales | sales | sales | sales | sales",
    ],
)
def test_a_word_said_again_and_again_is_noticed(stuffed: str) -> None:
    assert "several times in a row" in findings(f"{WORK}{stuffed}")["repeated_skill"].message
    assert findings(f"{WORK}Java, JavaScript, Java EE, Java 8. Had had had to. yes yes yes yes") == {}


def names_of_technologies(count: int) -> list[str]:
    return [f"Tool{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(count)]


def test_a_resume_that_is_one_list_is_noticed() -> None:
    text = "Jane Doe\nSkills\n" + ", ".join(names_of_technologies(80))
    assert findings(text)["bare_list"].message.startswith("Most of your resume is one list of 8")
    # The same list below real work is what resumes look like.
    assert findings(WORK * 12 + "\n" + text) == {}
    assert findings("Skills\n" + ", ".join(names_of_technologies(40))) == {}


def test_technologies_without_any_work_are_noticed() -> None:
    tools = names_of_technologies(61)
    extractor = KeywordExtractor(vocabulary(tuple((name, "technology", "", "") for name in tools)), EngineSettings())

    def codes(text: str) -> set[str]:
        found = extractor.extract(text, "resume")
        return {finding.code for finding in document_findings(text, found, extractor.matcher)}

    learned = " ".join(f"I have learned {name} in the evenings." for name in tools)
    assert codes(f"Summary\n{learned}") == {"many_technologies"}
    assert codes(f"Summary\n{learned}\n\nWork experience\nClerk at a shop for three years.") == set()
    assert codes(f"Summary\n{learned.replace('Toolcd', 'it')}".replace("Toolcc", "it")) == set()


POSTING = (
    "You will maintain our Kubernetes clusters, write deployment pipelines, and help the teams that build services in "
    "Java to find out why they are slow. You keep an eye on cost and security, take part in the rota for nights and "
    "weekends, and write down what you learn so that others need not learn it again."
)
OWN = "Experience\nI wrote Python and SQL for a bank for three years.\n"


def copy_of(words: int) -> str:
    return " ".join(POSTING.split()[:words])


def test_a_passage_copied_from_the_posting_is_no_evidence() -> None:
    resume = f"{OWN}{copy_of(45).upper()}.\nI also used Java at home."
    found = without_copies(read(resume, "resume"), resume, POSTING)
    assert names(found) == {"Python", "SQL", "Java"}
    (finding,) = found.findings
    assert finding.message == (
        "A passage of 45 words of your resume is copied word for word from this posting and not counted as evidence. "
        "Kubernetes is named nowhere else and left out."
    )
    assert finding.evidence is not None
    assert resume[finding.evidence.start : finding.evidence.end] == finding.evidence.quote
    java = next(skill for skill in found.skills if skill.name == "Java")
    assert [resume[start:end] for start, end in java.places] == ["Java"]
    assert all("at home" in piece.quote for piece in java.evidence)


@pytest.mark.parametrize("words", [0, 6, FEWEST_WORDS - 1])
def test_a_few_words_in_a_row_are_how_people_of_a_trade_speak(words: int) -> None:
    resume = f"{OWN}{copy_of(words)} elsewhere"
    found = read(resume, "resume")
    assert without_copies(found, resume, POSTING) is found


def test_copied_passages_are_found_whatever_their_layout() -> None:
    bullets = copy_of(45).replace(", ", ",\n• ")
    resume = f"{bullets}\n{OWN}\n{POSTING}\nThe end."
    places = copied_passages(resume, POSTING)
    assert [resume[start:end].split()[0] for start, end in places] == ["You", "You"]
    assert [resume[start:end].split()[-1] for start, end in places] == [copy_of(45).split()[-1], "again"]
    message = without_copies(read(resume, "resume"), resume, POSTING).findings[0].message
    words = 45 + len(POSTING.split())
    assert message.startswith(f"2 passages of your resume, {words} words in all, are copied word for word")
    assert copied_passages("", "") == copied_passages(resume, "") == copied_passages("", POSTING) == ()


def test_a_short_list_of_requirements_is_a_copy_too() -> None:
    posting = "What we ask for:\n- Three years of Java\n- Docker and Kubernetes\n- SQL on large tables\nApply soon."
    resume = f"{OWN}• Three years of Java\n• Docker and Kubernetes\n• SQL on large tables\n"
    assert names(without_copies(read(resume, "resume"), resume, posting)) == {"Python", "SQL"}


def test_what_is_copied_can_be_blanked() -> None:
    resume = f"{OWN}{copy_of(20)}\n{copy_of(12)}. I also used Java at home."
    own = blanked(resume, POSTING)
    assert (len(own), own.count("\n")) == (len(resume), resume.count("\n"))
    assert own.split() == f"{OWN} . I also used Java at home.".split()
    assert blanked(OWN, POSTING) == OWN
    assert blanked("", POSTING) == ""
