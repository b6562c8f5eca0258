"""Personal data leave blacked out, length for length, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.masking import MASK, mask_personal_data
from jobmate_agent.services.career_engine.quotes import as_sent


@pytest.mark.parametrize(
    "secret",
    [
        "ana.reyes+cv@mail.example.com",
        "(555) 010-0142",
        "555-0142",
        "555-010-0142",
        "+1 555 010 0142",
        "+44 20 7946 0958",
        "020 7946 0958",
        "5550100142",
        "123-45-6789",
        "1420 Maple Hollow Road",
        "1420 N. Maple Hollow Rd., Apt 4B",
        "77 West 4th Street",
        "12 Alder Way, Port Ellery, OR 97000",
        "P.O. Box 1234",
        "https://ana-reyes.example/portfolio",
        "www.ana-reyes.example",
        "@ana_reyes",
    ],
)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("Ana Reyes | ", " | Python\n"), ("call ", ", please.")])
def test_personal_data_are_masked(secret: str, before: str, after: str) -> None:
    masked = mask_personal_data(before + secret + after)
    assert masked.startswith(before)
    assert masked.endswith(after)
    assert set(masked[len(before) : len(before) + len(secret)]) <= {MASK, "."}


def test_a_profile_keeps_its_site_and_loses_its_owner() -> None:
    assert mask_personal_data("github.com/ana-reyes, Python") == f"github.com/{MASK * 9}, Python"
    assert mask_personal_data("linkedin.com/in/ana") == f"linkedin.com/{MASK * 6}"


@pytest.mark.parametrize(
    "text",
    [
        "2018-2022 Acme",
        "2018 - 2022, 2015 – 2018",
        "06/2018 - 09/2021",
        "2021-04-01 to 2022-05-31",
        "01.02.2020",
        "$85,000 - $120,000",
        "118,000–142,000 USD",
        "grew 12 % in 2019, 2020 and 2021",
        "ISO 9001, ISO 27001, 401(k), 24/7, OSHA 30",
        "team of 12, 30 services, 99.95 % uptime, 1.5 million rows",
        "Python 3.11.4, PostgreSQL 14",
        "3 years at 2 sites",
        "Led 5 Drive migrations",
        "e-mail marketing @ scale; @angular/core",
        "C++, C#, .NET, node.js, github.com",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask_personal_data(text) == text


PIECES = [
    *("ana@b.example", "555-010-0142", "12 Oak Road", "https://x.example/y", "@ana_r", "github.com/ana", "2018-2022"),
    *(" ", "\n", "+1 ", "(555) ", "-", ".", "/", "@", "0", "555", "Street", MASK, "a", "\u0301", "é", "😀"),
    *("1 Main St", "PO Box 5"),
]
MIXED = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=25).map("".join)


@settings(max_examples=500, deadline=None)
@given(MIXED)
def test_laws_of_masking(text: str) -> None:
    masked = mask_personal_data(text)
    assert len(masked) == len(text)
    assert mask_personal_data(masked) == masked
    assert all(new in (old, MASK) for old, new in zip(text, masked, strict=True))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=80) | MIXED)
def test_what_is_sent_is_as_long_and_can_be_sent(text: str) -> None:
    sent = as_sent(text)
    assert len(sent) == len(text)
    assert as_sent(sent) == sent
    assert not set(sent) & set("<>\x00")
    assert sent.encode("utf-8").decode("utf-8") == sent


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["1 ", "a@", "1 A ", "(1", "@a ", "a.", "1-", "www.", "+1 (555) ", "12 Oak A A A ", "P.O. "]
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    text = (unit * (200_000 // len(unit) + 1))[:200_000]
    assert len(mask_personal_data(text)) == 200_000
