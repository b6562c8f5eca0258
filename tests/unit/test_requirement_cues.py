"""Required or nice to have: which words of a sentence speak of which of its skills."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.alternatives import alternatives, degree_fields
from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.requirement_cues import Demand, demands
from tests.unit.spans import Span, sentence_of, spans


def need(text: str, *skills: str) -> list[str]:
    """For each of ``skills``, all of which were found: r(equired), n(ice), o (open) or x (not needed)."""
    places = spans(text, *skills)
    sentence = sentence_of(text, places[0], "job")
    said = demands(text, sentence, places, "job")
    either = alternatives(text, sentence, places)
    letters = {Demand.REQUIRED: "r", Demand.NICE: "n", Demand.UNSAID: "o", Demand.NEGATED: "x"}
    found = {
        text[place.start : place.end]: "n" if index in either and demand is not Demand.NEGATED else letters[demand]
        for index, (place, demand) in enumerate(zip(places, said, strict=True))
    }
    return [found[skill] for skill in skills]


@pytest.mark.parametrize(
    ("text", "skills", "expected"),
    [
        # What follows a wish.
        ("It is an advantage if you have handled falcons", "falcons", "n"),
        ("Weaving, and a plus if you know dyeing", "dyeing", "n"),
        ("Preference for experience in puppetry", "puppetry", "n"),
        ("Preference will be given to puppetry", "puppetry", "n"),
        ("Bonus skills: juggling, mime", "juggling mime", "nn"),
        ("Desired skills: juggling", "juggling", "n"),
        ("Ideally, you know thatching", "thatching", "n"),
        ("Ideally you have experience in thatching", "thatching", "n"),
        # What stands before one.
        ("Thatching would be of advantage", "Thatching", "n"),
        ("Thatching experience a major plus", "Thatching", "n"),
        ("Thatching is particularly useful", "Thatching", "n"),
        ("Thatching will be of added advantage", "Thatching", "n"),
        ("Thatching is an advantage but not a requirement", "Thatching", "n"),
        ("At least 2 years of thatching preferred", "thatching", "n"),
        ("A minimum of one year in thatching is desirable", "thatching", "n"),
        # How far a wish reaches.
        ("Years of farming, preferably in orchards, and strong pruning skills", "farming orchards pruning", "ono"),
        ("A degree, preferably within botany and should have good pruning skills", "botany pruning", "no"),
        ("Experience in bookkeeping, payroll preferred", "bookkeeping payroll", "on"),
        ("Experience in bookkeeping – payroll preferred", "bookkeeping payroll", "on"),
        ("Experience with grafting, pruning, or mulching preferred", "grafting pruning mulching", "nnn"),
        ("Experience in bookkeeping required, payroll a plus", "bookkeeping payroll", "rn"),
        ("Thatching is a plus Strong masonry skills", "Thatching masonry", "no"),
        ("Roof work is a plus Strong masonry skills", "masonry", "o"),
        ("Cloud work (ideally Nimbus)", "Cloud Nimbus", "on"),
        ("Masonry (thatching preferred)", "Masonry thatching", "on"),
        ("Masonry and thatching (preferred)", "Masonry thatching", "on"),
        ("Thatching ideally, and masonry", "Thatching masonry", "no"),
        ("Roofs (thatching ideally, with tiles)", "Roofs thatching tiles", "ono"),
        # What must be.
        ("Fluent Welsh is essential: Cornish is helpful", "Welsh Cornish", "rn"),
        ("While thatching is not required, it is a plus", "thatching", "n"),
        ("You must have a falconry permit", "falconry", "r"),
        ("Falconry is a must, owls are a bonus", "Falconry owls", "rn"),
        ("No thatching experience needed", "thatching", "x"),
        # One of several is enough.
        ("Familiar with one of the following: lathes, mills", "lathes mills", "nn"),
        ("Experience with some of the following: lathes, mills", "lathes mills", "nn"),
        ("Either lathes or mills, and saws", "lathes mills saws", "nno"),
        ("Lathes/mills or similar machines", "Lathes mills", "nn"),
        ("Hotel or restaurant experience", "restaurant", "n"),
        ("Skilled in lathes and/or unknown things", "lathes", "n"),
        ("Pruning, grafting, or a closely related art", "Pruning grafting", "nn"),
        ("Pruning or grafting, preferably both", "Pruning", "n"),
        ("Crops such as oats, rye", "oats rye", "nn"),
        ("Crops such as oats and rye", "oats", "o"),
        ("Crops such as oats and other cereals", "oats", "o"),
        ("Crops (e.g. oats)", "oats", "n"),
        ("OR a diploma in thatching and two years of masonry", "thatching masonry", "nn"),
        ("or thatching", "thatching", "n"),
        ("A degree in botany -OR- 4 years of gardening", "botany gardening", "nn"),
        ("A botany degree and Welsh; OR 4 years of gardening and Welsh", "botany gardening", "nn"),
        ("You are not required to have a forestry degree", "forestry", "x"),
        ("Written or oral Welsh", "Welsh", "o"),
        ("Two years or more of farming", "farming", "o"),
        ("Pruning, in person or remotely", "Pruning", "o"),
    ],
)
def test_what_a_posting_says_about_need(text: str, skills: str, expected: str) -> None:
    assert "".join(need(text, *skills.split())) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Nice to have\n- You have worked with falcons", "n"),
        ("## Nice to have\n- At least 2 years with falcons", "n"),
        ("## Nice to have\n- falcons are required", "r"),
        ("## Requirements\n- falcons", "r"),
        ("## Requirements\n- falcons preferred", "n"),
        ("falcons", "o"),
    ],
)
def test_headings_and_words_under_them(text: str, expected: str) -> None:
    assert need(text, "falcons") == [expected]


def test_what_every_way_to_qualify_asks_for_is_no_alternative() -> None:
    text = "A degree in botany with Welsh -OR- gardening with Welsh"
    places = [*spans(text, "botany", "Welsh", "gardening"), Span(text.rindex("Welsh"), len(text))]
    assert alternatives(text, sentence_of(text, places[0], "job"), places) == {0, 2}


def test_a_resume_asks_for_nothing() -> None:
    text = "Thatching is a plus, masonry is required, no roofing experience"
    places = spans(text, "Thatching", "masonry", "roofing")
    said = demands(text, sentence_of(text, places[0], "resume"), places, "resume")
    assert said == [Demand.UNSAID, Demand.UNSAID, Demand.NEGATED]


@pytest.mark.parametrize(
    ("text", "skills", "held"),
    [
        # Wishes.
        ("Would like to learn Docker", "Docker", "x"),
        ("I'd love to learn Docker, Terraform and Node.js next year", "Docker Terraform Node.js", "xxx"),
        ("Interested in learning Terraform", "Terraform", "x"),
        ("Hoping to learn Go", "Go", "x"),
        ("I hope to learn Go one day", "Go", "x"),
        ("I want to learn Docker", "Docker", "x"),
        ("Things I want to learn: Docker, Terraform", "Docker Terraform", "xx"),
        ("Plan to study Terraform", "Terraform", "x"),
        ("Planning on learning Terraform", "Terraform", "x"),
        ("Looking forward to learning Terraform", "Terraform", "x"),
        ("Eager to learn new tools such as Docker", "Docker", "x"),
        ("Want to learn more about Docker", "Docker", "x"),
        ("Goal: learn Docker", "Docker", "x"),
        ("Learning goals: Docker, Go", "Docker Go", "xx"),
        ("Hoping to become proficient in Docker", "Docker", "x"),
        ("Seeking to gain hands-on experience with Docker", "Docker", "x"),
        ("Docker (want to learn)", "Docker", "x"),
        ("Docker – hoping to learn next", "Docker", "x"),
        ("Know Python, would like to learn Docker", "Python Docker", "ox"),
        ("Would like to learn Docker, but know Python well", "Docker Python", "xo"),
        ("Would like to learn Docker and already use Python", "Docker Python", "xo"),
        # What is being learned, or was.
        ("Currently learning Docker", "Docker", "o"),
        ("Learning Go since 2023", "Go", "o"),
        ("Learned Docker and Go", "Docker Go", "oo"),
        ("Wanted to learn Docker, so built a farm with it", "Docker", "o"),
        ("Studied Docker", "Docker", "o"),
        ("Enjoy learning, Docker", "Docker", "o"),
        ("Interested in Docker", "Docker", "o"),
        # A trait and no wish.
        ("Eager to learn, Docker, Python", "Docker Python", "oo"),
        ("Willing to learn and grow, Docker", "Docker", "o"),
        ("Willing to learn new things, Docker", "Docker", "o"),
        ("Want to use my Python skills", "Python", "o"),
    ],
)
def test_what_somebody_would_like_to_learn_is_not_held(text: str, skills: str, held: str) -> None:
    places = spans(text, *skills.split())
    letters = {Demand.UNSAID: "o", Demand.NEGATED: "x"}
    for whole in (text, f"{text}.", f"Kept shops. {text}. Kept houses."):
        moved = [Span(place.start + whole.index(text), place.end + whole.index(text)) for place in places]
        said = demands(whole, sentence_of(whole, moved[0], "resume"), moved, "resume")
        assert "".join(letters[demand] for demand in said) == held
    assert Demand.NEGATED not in demands(text, sentence_of(text, places[0], "job"), places, "job")


PIECES = [
    *("preferred", "a plus", " if ", "ideally ", "preferably", ", ", " or ", " and ", "/", "(", ")", " – ", "either "),
    *("required", "not ", "such as ", "e.g. ", "one of ", "degree in ", "Java", "SQL ", ": ", "; ", ". ", "\n", "no "),
]


@settings(max_examples=300, deadline=None)
@given(text=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=60).map("".join))
def test_any_text_can_be_read(text: str) -> None:
    for sentence in Document(text, "job").sentences:
        places = [Span(at, min(at + 4, sentence.end)) for at in range(sentence.start, sentence.end, 7)]
        assert len(demands(text, sentence, places, "job")) == len(places)
        assert alternatives(text, sentence, places) <= set(range(len(places)))
        assert all(sentence.start <= start <= end <= sentence.end for start, end, _ in degree_fields(text, sentence))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["a, ", "or ", "a or ", "no ", "not a ", "A/", "preferably ", "such as a ", "( ", "a ", "want to learn a "]
)
def test_no_sentence_takes_long(unit: str) -> None:
    text = (unit * 600)[:600]
    for sentence in Document(text, "job").sentences:
        places = [Span(at, at + 1) for at in range(sentence.start, sentence.end - 1, 12)]
        demands(text, sentence, places, "job")
        demands(text, sentence, places, "resume")
        alternatives(text, sentence, places)
