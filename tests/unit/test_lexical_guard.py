"""Pairs that a sentence model confuses, and pairs that it rightly brings together."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.lexical_guard import may_mean

SAME = [
    ("postgres database", "Postgres", "technology"),
    ("Kubernetes platform", "Kubernetes", "technology"),
    ("Python 3 programming", "Python", "technology"),
    ("Kuberentes", "Kubernetes", "technology"),
    ("Amazon S3 tool", "Amazon S3", "technology"),
    ("negotiating contracts", "Contract Negotiation", "skill"),
    ("handling of customer complaints", "Customer Complaint Handling", "skill"),
    ("business litigation", "Litigation", "knowledge"),
    ("lifting of loads up to 40 lbs", "Load Lifting", "skill"),
    ("Registered Nurse licence", "Registered Nurse License", "knowledge"),
]
DIFFERENT = [
    ("Java", "JavaScript", "technology"),
    ("Reactor", "React", "technology"),
    ("React Native", "React", "technology"),
    ("C", "C++", "technology"),
    ("Microsoft Word", "Microsoft Excel", "technology"),
    ("Azure", "Azure Fundamentals", "technology"),
    ("PACU", "PACS", "technology"),
    ("CDL Class B", "CDL Class A", "knowledge"),
    ("OSHA 30 hour", "OSHA 10-Hour", "knowledge"),
    ("NFPA 13", "NFPA 72", "knowledge"),
    ("external audit", "Internal Audit", "skill"),
    ("accounts receivable", "Accounts Payable", "skill"),
    ("product management", "Project Management", "skill"),
    ("massage therapy", "Licensed Massage Therapist", "knowledge"),
    ("the of", "Python", "technology"),
]


@pytest.mark.parametrize(("text", "name", "kind"), SAME)
def test_other_words_for_the_same_thing_pass(text: str, name: str, kind: str) -> None:
    assert may_mean(text, name, kind)


@pytest.mark.parametrize(("text", "name", "kind"), DIFFERENT)
def test_lookalikes_do_not(text: str, name: str, kind: str) -> None:
    assert not may_mean(text, name, kind)
