"""Small vocabularies for tests, written as (name, kind, aliases, tags)."""

from __future__ import annotations

from jobmate_agent.services.career_engine.types import Vocabulary, VocabularyEntry

Row = tuple[str, str, str, str]

ROWS: tuple[Row, ...] = (
    ("Python", "technology", "", ""),
    ("Java", "technology", "", ""),
    ("JavaScript", "technology", "js|ecmascript", ""),
    ("C++", "technology", "", ""),
    ("C#", "technology", "C sharp", ""),
    (".NET", "technology", "dotnet", ""),
    ("Node.js", "technology", "NodeJS|Node", "context"),
    ("SQL", "technology", "", ""),
    ("Kubernetes", "technology", "k8s", ""),
    ("Docker", "technology", "", ""),
    ("Apache Spark", "technology", "Spark|PySpark", "context"),
    ("Go", "technology", "Golang", "context"),
    ("R", "technology", "RStudio|R programming", "context"),
    ("C", "technology", "C programming", "context"),
    ("Rust", "technology", "", "context"),
    ("Swift", "technology", "SwiftUI", "context"),
    ("Microsoft Excel", "technology", "Excel|MS Excel", "context"),
    ("Microsoft Word", "technology", "Word|MS Word", "context"),
    ("Microsoft Access", "technology", "Access|Access database", "context"),
    ("Microsoft Teams", "technology", "Teams", "context"),
    ("Jenkins", "technology", "", "context"),
    ("Microsoft Office", "technology", "MS Office", ""),
    ("SQL Server", "technology", "Microsoft SQL Server", ""),
    ("CI/CD", "knowledge", "continuous integration", ""),
    ("Data Analysis", "skill", "", ""),
    ("Project Management", "skill", "", ""),
    ("Problem-Solving", "skill", "", ""),
    ("Leadership", "skill", "leadership skills", "context"),
    ("Filing", "skill", "filing systems", "context"),
    ("Key Performance Indicators", "knowledge", "KPI", ""),
    ("Balance Sheet", "knowledge", "", ""),
    ("Generally Accepted Accounting Principles", "knowledge", "GAAP|US GAAP", ""),
    ("Basic Life Support", "knowledge", "BLS", "context"),
    ("Certified Public Accountant", "knowledge", "CPA|CPA license", ""),
    ("Diversity, Equity, and Inclusion", "knowledge", "DEI", ""),
    ("Phlebotomy", "skill", "", ""),
    ("Venipuncture", "skill", "", ""),
)


def vocabulary(rows: tuple[Row, ...] = ROWS) -> Vocabulary:
    """A vocabulary of ``rows`` whose ids are their places, from 1 on."""
    entries = tuple(
        VocabularyEntry(
            id=number,
            kind=kind,
            key=name.lower(),
            name=name,
            aliases=tuple(alias for alias in aliases.split("|") if alias),
            needs_context="context" in tags,
        )
        for number, (name, kind, aliases, tags) in enumerate(rows, start=1)
    )
    return Vocabulary("test", "test", entries, {entry.id: entry for entry in entries})
