"""What each file of an O*NET release must look like, in the layout up to 30.2 and in the one from 30.3 on.

Release 30.3 split Skills.txt in two, gave other files new names and new columns, and dropped some. Source: the headers
of the official text edition (releases 29.0 and 30.1), its data dictionary, https://www.onetcenter.org/dictionary/ .
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.models.landing import LAYOUTS

CLASSIC = "classic"
SPLIT = "split"
READ_ME = "Read Me"


@dataclass(frozen=True, slots=True)
class Header:
    """One accepted header of a file: the landing table's layout, and its column for each column of the file."""

    layout: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileContract:
    """One file. ``name`` is without ``.txt``; ``subject`` is the name that the same facts have up to release 30.2.

    ``release_layout`` is the only layout that the file belongs to, None where it may come with either.
    """

    name: str
    headers: tuple[Header, ...]
    subject: str
    required: bool = False
    release_layout: str | None = None

    def read_header(self, cells: Sequence[str]) -> tuple[str, list[str]]:
        """(landing layout, landing column for each cell); the order of columns is free.

        Raises ``bad_release_header`` (422) that names every unknown, missing or repeated column.
        """
        for header in self.headers:
            if len(cells) == len(header.columns) and set(cells) == set(header.columns):
                return header.layout, [header.columns[cell] for cell in cells]
        raise _bad_header(self, cells)


def _plain(layout: str, **renamed: str) -> Header:
    """The layout's own columns; ``renamed`` maps a landing column to what this file calls it."""
    return Header(layout, {renamed.get(column.replace(" ", "_"), column): column for column in LAYOUTS[layout]})


def _without(layout: str, *left_out: str) -> Header:
    return Header(layout, {column: column for column in LAYOUTS[layout] if column not in left_out})


def _file(
    name: str,
    *headers: Header | str,
    subject: str | None = None,
    required: bool = False,
    only: str | None = None,
) -> FileContract:
    accepted = tuple(_plain(header) if isinstance(header, str) else header for header in headers)
    return FileContract(name, accepted, subject or name, required, only)


def _crosswalk(start: str, end: str, *, subject: str | None = None, only: str | None = None) -> FileContract:
    """``X to Y.txt`` has X's id and name, then Y's."""
    columns = (f"{domain} Element {part}" for domain in (start, end) for part in ("ID", "Name"))
    header = Header("crosswalk", dict(zip(columns, LAYOUTS["crosswalk"], strict=True)))
    return _file(f"{start} to {end}", header, subject=subject, only=only)


_CONTRACTS = (
    # What a profile and a gap cannot do without.
    _file("Occupation Data", "occupation", required=True),
    _file("Content Model Reference", "element", required=True),
    _file("Scales Reference", "scale", required=True),
    _file("Skills", "element_rating", required=True, only=CLASSIC),
    _file("Essential Skills", "element_rating", subject="Skills", required=True, only=SPLIT),
    _file("Transferable Skills", "element_rating", subject="Skills", required=True, only=SPLIT),
    _file("Knowledge", "element_rating", required=True),
    _file("Technology Skills", "technology", required=True, only=CLASSIC),
    _file(
        "Software Skills",
        *("software", _without("software", "Element ID", "Element Name")),
        subject="Technology Skills",
        required=True,
        only=SPLIT,
    ),
    _file("Alternate Titles", "alternate_title", required=True, only=CLASSIC),
    _file("Job Titles", "job_title", subject="Alternate Titles", required=True, only=SPLIT),
    _file("Task Statements", "task", required=True),
    _file("Job Zones", "job_zone", required=True),
    _file("Job Zone Reference", "job_zone_reference", required=True),
    # Ratings of occupations.
    _file("Abilities", "element_rating"),
    _file("Work Activities", "element_rating"),
    _file("Work Context", "context_rating"),
    _file("Task Ratings", "task_rating"),
    _file("Work Styles", "plain_rating", "survey_rating"),
    _file("Work Values", "plain_rating"),
    _file("Interests", "plain_rating"),
    _file("Career Interest Types", "plain_rating", subject="Interests", only=SPLIT),
    _file("Specific Interest Areas", "plain_rating", only=SPLIT),
    _file("Education, Training, and Experience", "category_rating"),
    _file("Education", "category_rating", subject="Education, Training, and Experience", only=SPLIT),
    _file("Training and Experience", "category_rating", subject="Education, Training, and Experience", only=SPLIT),
    # More about occupations.
    _file("Sample of Reported Titles", "reported_title"),
    _file("Tools Used", "tool"),
    _file("Emerging Tasks", "emerging_task"),
    _file("Tasks to DWAs", "task_activity", _plain("task_activity", DWA_ID="DWA Element ID")),
    _file("Related Occupations", "related_occupation"),
    _file("Occupation Level Metadata", "occupation_metadata"),
    # Reference.
    _file("Education, Training, and Experience Categories", "element_category"),
    _file(
        "Education Categories",
        "element_category",
        subject="Education, Training, and Experience Categories",
        only=SPLIT,
    ),
    _file(
        "Training and Experience Categories",
        "element_category",
        subject="Education, Training, and Experience Categories",
        only=SPLIT,
    ),
    _file("Work Context Categories", "element_category"),
    _file("Task Categories", "task_category"),
    _file("Level Scale Anchors", "level_anchor"),
    _file("Survey Booklet Locations", "survey_item"),
    _file("UNSPSC Reference", "commodity"),
    _file("IWA Reference", "intermediate_activity"),
    _file(
        "GWAs to IWAs",
        Header(
            "intermediate_activity",
            {"GWA Element ID": "Element ID", "IWA Element ID": "IWA ID", "IWA Element Name": "IWA Title"},
        ),
        subject="IWA Reference",
        only=SPLIT,
    ),
    _file("DWA Reference", "detailed_activity"),
    _file(
        "GWAs to IWAs to DWAs",
        Header(
            "detailed_activity",
            {
                "GWA Element ID": "Element ID",
                "IWA Element ID": "IWA ID",
                "DWA Element ID": "DWA ID",
                "DWA Element Name": "DWA Title",
            },
        ),
        subject="DWA Reference",
        only=SPLIT,
    ),
    _file("RIASEC Keywords", "interest_keyword"),
    _file("Career Interest Type Keywords", "interest_keyword", subject="RIASEC Keywords", only=SPLIT),
    _file("Interests Illustrative Activities", "interest_activity"),
    _file("Interests Illustrative Occupations", "interest_occupation"),
    # Crosswalks between elements. "Essential Skills to Work Activities" is one of them, and no file of skills.
    _crosswalk("Abilities", "Work Activities"),
    _crosswalk("Abilities", "Work Context"),
    _crosswalk("Skills", "Work Activities"),
    _crosswalk("Skills", "Work Context"),
    _crosswalk("Essential Skills", "Work Activities", subject="Skills to Work Activities", only=SPLIT),
    _crosswalk("Essential Skills", "Work Context", subject="Skills to Work Context", only=SPLIT),
    _crosswalk("Transferable Skills", "Work Activities", subject="Skills to Work Activities", only=SPLIT),
    _crosswalk("Transferable Skills", "Work Context", subject="Skills to Work Context", only=SPLIT),
    _crosswalk("Work Styles", "Work Activities"),
    _crosswalk("Work Styles", "Work Context"),
    _crosswalk("Basic Interests", "RIASEC"),
    _crosswalk(*("Specific Interest Areas", "Career Interest Types"), subject="Basic Interests to RIASEC", only=SPLIT),
)
CONTRACTS: Mapping[str, FileContract] = {contract.name: contract for contract in _CONTRACTS}


def contracts_of(layout: str) -> dict[str, FileContract]:
    """The contracts of a release layout (``classic``, ``split``) by file name without ``.txt``."""
    return {name: contract for name, contract in CONTRACTS.items() if contract.release_layout in (None, layout)}


def names_of(subject: str) -> tuple[str, ...]:
    """The files that may hold the same facts: ``Skills`` → Skills, Essential Skills, Transferable Skills."""
    return tuple(contract.name for contract in CONTRACTS.values() if contract.subject == subject)


def layout_of(names: Iterable[str]) -> str:
    """The layout that a release with these files (names without ``.txt``) has.

    Raises 422: ``unknown_release_file``, ``mixed_release_layouts``, ``missing_release_file``, each naming the files.
    """
    present = sorted(names)
    unknown = [name for name in present if name not in CONTRACTS]
    if unknown:
        raise _unknown_files(unknown)
    layout = _only_layout(present)
    missing = [c.name for c in contracts_of(layout).values() if c.required and c.name not in present]
    if missing:
        raise InvalidInputError(
            "missing_release_file",
            f"{_listed(missing)} missing; a release (layout {layout}) cannot do without. "
            "Take all files of the official text edition.",
        )
    return layout


def _only_layout(present: list[str]) -> str:
    by_layout = {
        layout: [name for name in present if CONTRACTS[name].release_layout == layout] for layout in (CLASSIC, SPLIT)
    }
    # Facts that come twice, under their old name and under a new one.
    old = [CONTRACTS[name].subject for name in by_layout[SPLIT] if CONTRACTS[name].subject != name]
    classic = by_layout[CLASSIC] or [name for name in present if name in old]
    if classic and by_layout[SPLIT]:
        raise InvalidInputError(
            "mixed_release_layouts",
            f"{_listed(classic)} of the layout up to release 30.2 and {_listed(by_layout[SPLIT])} of the layout from "
            "30.3 on lie side by side. Put the files of one release only into the folder.",
        )
    return SPLIT if by_layout[SPLIT] else CLASSIC


def _unknown_files(unknown: list[str]) -> InvalidInputError:
    guesses = (difflib.get_close_matches(name, CONTRACTS, n=1, cutoff=0.75) for name in unknown)
    said = [
        f"{name}.txt" + (f" (is it {guess[0]}.txt?)" if guess else "")
        for name, guess in zip(unknown, guesses, strict=True)
    ]
    return InvalidInputError(
        "unknown_release_file",
        f"{', '.join(said)}: no such file is known of any O*NET release. Remove it if it does not belong to the "
        "release; if it does, this version of JobMate is too old for the release.",
    )


def _bad_header(contract: FileContract, cells: Sequence[str]) -> InvalidInputError:
    nearest = min(contract.headers, key=lambda header: len(set(header.columns) ^ set(cells)))
    problems = [f"column '{cell}' is unknown" for cell in dict.fromkeys(cells) if cell not in nearest.columns]
    problems += [f"column '{column}' is missing" for column in nearest.columns if column not in cells]
    problems += [f"column '{cell}' is there twice" for cell in dict.fromkeys(cells) if cells.count(cell) > 1]
    return InvalidInputError(
        "bad_release_header",
        f"{contract.name}.txt, line 1: {', '.join(problems)[:500]}. Take the file from the official text edition "
        "(tab-separated) again; if it reads the same there, this version of JobMate is too old for the release.",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"{name}.txt" for name in names)
