"""The files of the made-up release: what occupations there are, and what is said of them.

Occupations, titles, tasks, technologies and all numbers are invented. Element, scale and job zone ids are O*NET's own,
as is the structure of every file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jobmate_agent.models.landing import LAYOUTS

Rows = list[list[str]]
# By file name without ``.txt``: header, then rows.
Tables = dict[str, Rows]

NA = "n/a"

OCCUPATIONS = {
    "15-9101.00": ("Greenhouse Data Keepers", 4),
    "15-9101.01": ("Greenhouse Sensor Programmers", 4),
    "15-9102.00": ("Puzzle Software Makers", 4),
    "15-9103.00": ("Kite Traffic Analysts", 5),
    "29-9201.00": ("Toy Hospital Nurses", 3),
    "29-9202.00": ("Lighthouse Sleep Counselors", 5),
    "29-9203.00": ("Harbor Tooth Menders", 3),
    "41-9301.00": ("Floating Market Sellers", 2),
    "41-9302.00": ("Bell Auction Agents", 2),
    "41-9399.00": ("Stall Keepers, All Other", 0),
}
# No rows of skills and no job zone, as O*NET has it for "All Other" occupations.
WITHOUT_SKILLS = "41-9399.00"
# Not in releases before 30.
NEW_IN_30 = "41-9302.00"
NEW_TECHNOLOGY = "Driftwood Studio"

PARENTS = {
    "1": "Worker Characteristics",
    "1.A": "Abilities",
    "1.A.1": "Cognitive Abilities",
    "1.A.1.a": "Verbal Abilities",
    "1.B": "Interests",
    "1.B.1": "General Occupational Interests",
    "1.B.2": "Work Values",
    "1.D": "Work Styles",
    "2": "Worker Requirements",
    "2.A": "Basic Skills",
    "2.A.1": "Content",
    "2.A.2": "Process",
    "2.B": "Cross-Functional Skills",
    "2.B.1": "Social Skills",
    "2.B.2": "Complex Problem Solving Skills",
    "2.B.3": "Technical Skills",
    "2.C": "Knowledge",
    "2.D": "Education",
    "3": "Experience Requirements",
    "3.A": "Experience and Training",
    "4": "Occupational Requirements",
    "4.A": "Generalized Work Activities",
    "4.C": "Work Context",
}
SKILLS = {
    "2.A.1.a": "Reading Comprehension",
    "2.A.1.b": "Active Listening",
    "2.A.2.a": "Critical Thinking",
    "2.B.1.a": "Social Perceptiveness",
    "2.B.1.e": "Instructing",
    "2.B.2.i": "Complex Problem Solving",
    "2.B.3.e": "Programming",
    "2.B.3.j": "Equipment Maintenance",
}
KNOWLEDGE = {
    "2.C.1.e": "Customer and Personal Service",
    "2.C.3.a": "Computers and Electronics",
    "2.C.4.a": "Mathematics",
    "2.C.4.d": "Biology",
    "2.C.7.a": "English Language",
}
ABILITIES = {"1.A.1.a.1": "Oral Comprehension", "1.A.1.a.3": "Oral Expression"}
ACTIVITIES = {
    "4.A.1.a.1": "Getting Information",
    "4.A.2.a.4": "Analyzing Data or Information",
    "4.A.4.a.5": "Assisting and Caring for Others",
}
CONTEXTS = {"4.C.1.a.2.c": "Public Speaking", "4.C.1.a.2.h": "E-Mail"}
INTERESTS = {"1.B.1.a": "Realistic", "1.B.1.b": "Investigative", "1.B.1.d": "Social"}
HIGH_POINT = {"1.B.1.g": "First Interest High-Point"}
BASIC_INTERESTS = {"1.B.3.a": "Mechanics/Electronics"}
VALUES = {"1.B.2.a": "Achievement", "1.B.2.d": "Relationships"}
STYLES_30 = {"1.D.1.a": "Innovation", "1.D.3.b": "Attention to Detail"}
STYLES_29 = {"1.C.1.a": "Achievement/Effort", "1.C.5.b": "Attention to Detail"}
EDUCATION = {"2.D.1": ("Required Level of Education", "RL", 12), "3.A.1": ("Related Work Experience", "RW", 11)}
SCALES = {
    "IM": ("Importance", "1", "5"),
    "LV": ("Level", "0", "7"),
    "OI": ("Occupational Interests", "1", "7"),
    "IH": ("Occupational Interest High-Point", "0", "6"),
    "EX": ("Extent", "1", "7"),
    "WI": ("Work Styles Impact", "-3", "3"),
    "DR": ("Distinctiveness Rank", "0", "10"),
    "CX": ("Context", "1", "5"),
    "CXP": ("Context (Categories 1-5)", "0", "100"),
    "RL": ("Required Level Of Education (Categories 1-12)", "0", "100"),
    "RW": ("Related Work Experience (Categories 1-11)", "0", "100"),
    "FT": ("Frequency of Task (Categories 1-7)", "0", "100"),
}
# Example, commodity code and title, hot, in demand, and the major groups that use it.
TECHNOLOGIES = (
    ("Python", "43232408", "Web platform development software", "Y", "Y", ("15",)),
    ("Tidewater SQL", "43232304", "Data base management system software", "Y", "N", ("15", "29")),
    (NEW_TECHNOLOGY, "43232102", "Graphics or photo imaging software", "N", "N", ("15",)),
    ("Microsoft Excel", "43232110", "Spreadsheet software", "Y", "Y", ("15", "29", "41")),
    ("Ward Ledger 7", "43231513", "Office suite software", "N", "N", ("29",)),
    ("Barrow Till", "43231512", "Point of sale POS software", "N", "Y", ("41",)),
)
TOOLS = (
    ("Brass tuning forks", "41116104", "Tuning forks", ("29", "41")),
    ("Laptop computers", "43211503", "Notebook computer", ("15", "29", "41")),
)
ALTERNATES = {
    "15-9101.00": (("Plant Database Specialist", NA), ("IT Gardener (Information Technology Gardener)", "IT Gardener")),
    "15-9102.00": (("Riddle Programmer", NA), ('C\\C++ "Maze" Developer', NA)),
    "29-9201.00": (("Registered Nurse of Toys", "RN"), ("Teddy Bear Nurse", NA)),
    "29-9203.00": (("Dentiste du port à mâchoires", NA),),
    "41-9301.00": (("HR Barge Hawker", NA), ("Boat Vendor", NA)),
}


def mini_tables(version: str = "30.1", *, optional: bool = False) -> Tables:
    """All files of the made-up release in the classic layout, each as its header and rows."""
    old = int(version.split(".")[0]) < 30
    codes = [code for code in OCCUPATIONS if not (old and code == NEW_IN_30)]
    rated = [code for code in codes if code != WITHOUT_SKILLS]
    bodies = {
        **_occupation_bodies(codes, rated, old),
        **_task_bodies(rated),
        **_rating_bodies(rated, old),
        **_reference_bodies(old),
    }
    if optional:
        bodies |= _optional_bodies(rated)
    return {name: [list(header), *body] for name, (header, body) in bodies.items()}


Body = tuple[tuple[str, ...], Rows]


def _occupation_bodies(codes: list[str], rated: list[str], old: bool) -> dict[str, Body]:
    technologies = [each for each in TECHNOLOGIES if not (old and each[0] == NEW_TECHNOLOGY)]
    titles = [[code, title, short, "08"] for code in codes for title, short in ALTERNATES.get(code, ())]
    titles += [[code, f"Senior {OCCUPATIONS[code][0].removesuffix('s')}", NA, "02,08"] for code in codes]
    return {
        "Occupation Data": (
            LAYOUTS["occupation"],
            [[code, OCCUPATIONS[code][0], f"Do the daily work of {OCCUPATIONS[code][0].lower()}."] for code in codes],
        ),
        "Alternate Titles": (LAYOUTS["alternate_title"], titles),
        "Sample of Reported Titles": (
            LAYOUTS["reported_title"],
            [[code, OCCUPATIONS[code][0].removesuffix("s"), "Y"] for code in rated],
        ),
        "Technology Skills": (
            LAYOUTS["technology"],
            [[code, *each[:5]] for code in rated for each in technologies if code[:2] in each[5]],
        ),
        "Tools Used": (
            LAYOUTS["tool"],
            [[code, *each[:3]] for code in rated for each in TOOLS if code[:2] in each[3]],
        ),
        "Job Zones": (
            LAYOUTS["job_zone"],
            [[code, str(OCCUPATIONS[code][1]), "08/2023", "Analyst"] for code in rated],
        ),
        "Related Occupations": (LAYOUTS["related_occupation"], list(_related(rated))),
        "Occupation Level Metadata": (
            LAYOUTS["occupation_metadata"],
            [
                [code, "Data Collection Mode", mode, "95", "50.0", "08/2023"]
                for code in rated
                for mode in ("Paper", "Web")
            ],
        ),
    }


def _related(codes: list[str]) -> Iterable[list[str]]:
    tiers = ("Primary-Short", "Primary-Long", "Supplemental")
    for number, code in enumerate(codes):
        for index, tier in enumerate(tiers, 1):
            yield [code, codes[(number + index) % len(codes)], tier, str(index)]


def _task_bodies(rated: list[str]) -> dict[str, Body]:
    verbs = {"4.A.1.a.1": "Gather news about", "4.A.2.a.4": "Compare figures on", "4.A.4.a.5": "Comfort people during"}
    tasks, links, dwas, iwas = [], [], [], []
    for code in rated:
        place = OCCUPATIONS[code][0].lower()
        for number, (activity, verb) in enumerate(verbs.items(), 1):
            task = f"{9000 + 10 * rated.index(code) + number}"
            kind = "Core" if number < 3 else "Supplemental"
            tasks.append([code, task, f"{verb} {place}.", kind, str(90 - number), "08/2023", "Incumbent"])
            links.append([code, task, f"{activity}.I01.D01", "07/2014", "Analyst"])
    for activity, verb in verbs.items():
        iwas.append([activity, f"{activity}.I01", f"{verb} day-to-day operations."])
        dwas += [[activity, f"{activity}.I01", f"{activity}.I01.D0{n}", f"{verb} stage {n}."] for n in (1, 2)]
    first = tasks[0]
    emerging = [
        [rated[0], "Talk to self-watering pots.", "New", NA, NA, "08/2025", "Occupational Expert"],
        [rated[0], "Gather newer news.", "Revision", first[1], first[2], "08/2025", "Incumbent"],
    ]
    return {
        "Task Statements": (LAYOUTS["task"], tasks),
        "Emerging Tasks": (LAYOUTS["emerging_task"], emerging),
        "Tasks to DWAs": (LAYOUTS["task_activity"], links),
        "DWA Reference": (LAYOUTS["detailed_activity"], dwas),
        "IWA Reference": (LAYOUTS["intermediate_activity"], iwas),
    }


def _rating_bodies(rated: list[str], old: bool) -> dict[str, Body]:
    interests = [
        [code, *element, "OI", _value(f"{code}{element[0]}", 1, 7), "11/2023", "Machine Learning"]
        for code in rated
        for element in INTERESTS.items()
    ]
    interests += [
        [code, *element, "IH", "2.00", "11/2023", "Analyst"] for code in rated for element in HIGH_POINT.items()
    ]
    values = [
        [code, *element, "EX", _value(f"{code}{element[0]}", 1, 7), "06/2008", "Analyst"]
        for code in rated
        for element in VALUES.items()
    ]
    return {
        "Skills": (LAYOUTS["element_rating"], list(_ratings(rated, SKILLS))),
        "Knowledge": (LAYOUTS["element_rating"], list(_ratings(rated, KNOWLEDGE))),
        "Interests": (LAYOUTS["plain_rating"], interests),
        "Work Values": (LAYOUTS["plain_rating"], values),
        "Work Styles": _work_styles(rated, old),
        "Education, Training, and Experience": (LAYOUTS["category_rating"], list(_education(rated))),
    }


def _work_styles(rated: list[str], old: bool) -> Body:
    if old:
        quality = ("28", "0.1218", "4.4426", "4.9426", "N", "08/2023", "Incumbent")
        return LAYOUTS["survey_rating"], [
            [code, *element, "IM", _value(f"{code}{element[0]}", 1, 5), *quality]
            for code in rated
            for element in STYLES_29.items()
        ]
    return LAYOUTS["plain_rating"], [
        [code, *element, scale, _value(f"{code}{element[0]}", *bounds), "12/2025", "AI/Expert"]
        for code in rated
        for element in STYLES_30.items()
        for scale, bounds in (("DR", (0, 10)), ("WI", (-3, 3)))
    ]


def _ratings(rated: list[str], elements: Mapping[str, str]) -> Iterable[list[str]]:
    """An importance and a level for each occupation and element, some suppressed, some not relevant."""
    for i, code in enumerate(rated):
        for j, element in enumerate(elements.items()):
            importance = _value(f"{code}{element[0]}", 1, 5)
            # A level of 0.25 is flagged now and then, as in the real files.
            not_relevant = (i + j) % 6 == 5
            level = ("0.00" if i % 2 else "0.25") if not_relevant else _value(f"{element[0]}{code}", 0, 7)
            bad_importance, bad_level = (i + 2 * j) % 13 == 12, (3 * i + j) % 11 == 10
            source = ("08/2023", "Analyst")
            yield [code, *element, "IM", importance, *_quality(bad_importance), NA, *source]
            yield [code, *element, "LV", level, *_quality(bad_level), "Y" if not_relevant else "N", *source]


def _quality(suppressed: bool) -> tuple[str, ...]:
    return ("8", "0.6000", NA, NA, "Y") if suppressed else ("8", "0.1250", "0.8800", "5.3700", "N")


def _education(rated: list[str]) -> Iterable[list[str]]:
    for code in rated:
        for element, (name, scale, categories) in EDUCATION.items():
            for category in range(1, categories + 1):
                share = "60.00" if category == OCCUPATIONS[code][1] else f"{40 / (categories - 1):.2f}"
                quality = ("28", "0.0000", NA, NA, "N")
                yield [code, element, name, scale, str(category), share, *quality, "08/2023", "Incumbent"]


def _value(seed: str, low: float, high: float) -> str:
    """A number that follows from the text alone, with two decimals."""
    share = sum((place + 1) * ord(letter) for place, letter in enumerate(seed)) * 37 % 101 / 100
    return f"{low + share * (high - low):.2f}"


def _reference_bodies(old: bool) -> dict[str, Body]:
    styles = STYLES_29 if old else STYLES_30
    education = {element: name for element, (name, _, _) in EDUCATION.items()}
    elements = (
        PARENTS | SKILLS | KNOWLEDGE | ABILITIES | ACTIVITIES | CONTEXTS | INTERESTS | HIGH_POINT | BASIC_INTERESTS
    )
    elements |= VALUES | styles | education | ({"1.C": "Work Styles"} if old else {})
    codes = {(each[1], each[2]) for each in (*TECHNOLOGIES, *TOOLS)}
    return {
        "Content Model Reference": (
            LAYOUTS["element"],
            [[element, name, f"What is meant by {name.lower()}"] for element, name in sorted(elements.items())],
        ),
        "Scales Reference": (LAYOUTS["scale"], [[scale, *facts] for scale, facts in SCALES.items()]),
        "Job Zone Reference": (LAYOUTS["job_zone_reference"], _job_zones()),
        "Education, Training, and Experience Categories": (
            LAYOUTS["element_category"],
            [
                [element, name, scale, str(category), f"{name}: step {category}"]
                for element, (name, scale, categories) in EDUCATION.items()
                for category in range(1, categories + 1)
            ],
        ),
        "Task Categories": (LAYOUTS["task_category"], [["FT", "1", "Yearly or less"], ["FT", "2", "More than yearly"]]),
        "Work Context Categories": (
            LAYOUTS["element_category"],
            [[element, name, "CXP", "1", "Never"] for element, name in CONTEXTS.items()],
        ),
        "Level Scale Anchors": (
            LAYOUTS["level_anchor"],
            [[element, name, "LV", "2", f"Use {name.lower()} at a kite stall"] for element, name in SKILLS.items()],
        ),
        "Survey Booklet Locations": (
            LAYOUTS["survey_item"],
            [[element, name, f"KN{n:02d}", "IM"] for n, (element, name) in enumerate(KNOWLEDGE.items(), 1)],
        ),
        "UNSPSC Reference": (
            LAYOUTS["commodity"],
            [
                [
                    code,
                    title,
                    f"{code[:6]}00",
                    f"Class of {title.lower()}",
                    f"{code[:4]}0000",
                    "Family",
                    f"{code[:2]}000000",
                    "Goods",
                ]
                for code, title in sorted(codes)
            ],
        ),
        "RIASEC Keywords": (LAYOUTS["interest_keyword"], [["1.B.1.a", "Realistic", "Hammer", "Action"]]),
        "Interests Illustrative Activities": (
            LAYOUTS["interest_activity"],
            [["1.B.1.a", "Realistic", "General", "Fold paper boats."]],
        ),
        "Interests Illustrative Occupations": (
            LAYOUTS["interest_occupation"],
            [["1.B.1.a", "Realistic", "General", "15-9101.00"]],
        ),
        **_crosswalks(),
    }


def _job_zones() -> Rows:
    names = ("Little or No", "Some", "Medium", "Considerable", "Extensive")
    return [
        [str(zone), f"Job Zone {zone}: {name} Preparation Needed", f"{name} experience.", f"{name} schooling.",
         f"{name} training.", f"Examples of zone {zone}.", f"({zone}.0 to < {zone + 1}.0)"]
        for zone, name in enumerate(names, 1)
    ]  # fmt: skip


def _crosswalks() -> dict[str, Body]:
    kinds = {"Skills": SKILLS, "Abilities": ABILITIES, "Work Activities": ACTIVITIES, "Work Context": CONTEXTS}
    kinds |= {"Basic Interests": BASIC_INTERESTS, "RIASEC": INTERESTS}
    pairs = [(start, end) for start in ("Abilities", "Skills") for end in ("Work Activities", "Work Context")]
    bodies = {}
    for start, end in [*pairs, ("Basic Interests", "RIASEC")]:
        header = tuple(f"{kind} Element {part}" for kind in (start, end) for part in ("ID", "Name"))
        targets = list(kinds[end].items())
        rows = [[*element, *targets[n % len(targets)]] for n, element in enumerate(kinds[start].items())]
        bodies[f"{start} to {end}"] = (header, rows)
    return bodies


def _optional_bodies(rated: list[str]) -> dict[str, Body]:
    contexts = [
        [code, *element, "CX", NA, _value(f"{code}{element[0]}", 1, 5), *_quality(False), NA, "08/2023", "Incumbent"]
        for code in rated
        for element in CONTEXTS.items()
    ]
    tasks = [
        [code, task, "IM", NA, _value(f"{code}{task}", 1, 5), *_quality(False), "08/2023", "Incumbent"]
        for code, task, *_ in _task_bodies(rated)["Task Statements"][1]
    ]
    return {
        "Abilities": (LAYOUTS["element_rating"], list(_ratings(rated, ABILITIES))),
        "Work Activities": (LAYOUTS["element_rating"], list(_ratings(rated, ACTIVITIES))),
        "Work Context": (LAYOUTS["context_rating"], contexts),
        "Task Ratings": (LAYOUTS["task_rating"], tasks),
    }
