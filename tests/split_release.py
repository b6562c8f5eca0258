"""Releases in the layout up to 30.2, real or made up, laid out as 30.3 is."""

from __future__ import annotations

from tests.mini_release_tables import Rows, Tables


def split_tables(tables: Tables, *, renamed: bool = False) -> Tables:
    """The same facts as 30.3 lays them out.

    Skills apart by element (2.A essential, 2.B transferable), so are their crosswalks; technologies without
    commodities; titles with another column. ``renamed``: all else that 30.3 renamed, too, and without what it dropped
    (tools, work values, commodities).
    """
    made = dict(tables)
    header, *skills = made.pop("Skills")
    made["Essential Skills"] = [header, *(row for row in skills if row[1].startswith("2.A."))]
    made["Transferable Skills"] = [header, *(row for row in skills if row[1].startswith("2.B."))]
    for crosswalk in ("Work Activities", "Work Context"):
        _split_crosswalk(made, crosswalk)
    titles = made.pop("Alternate Titles")
    made["Job Titles"] = [["O*NET-SOC Code", "Job Title", *titles[0][2:]], *titles[1:]]
    technologies = made.pop("Technology Skills")[1:]
    if renamed:
        _rename_the_rest(made, technologies)
    else:
        columns = ["O*NET-SOC Code", "Workplace Example", "Hot Technology", "In Demand"]
        made["Software Skills"] = [columns, *([*row[:2], *row[4:]] for row in technologies)]
    return made


def _split_crosswalk(made: Tables, to: str) -> None:
    if f"Skills to {to}" not in made:
        return
    header, *rows = made.pop(f"Skills to {to}")
    for kind, prefix in (("Essential", "2.A."), ("Transferable", "2.B.")):
        columns = [f"{kind} {header[0]}", f"{kind} {header[1]}", *header[2:]]
        made[f"{kind} Skills to {to}"] = [columns, *(row for row in rows if row[0].startswith(prefix))]


def _rename_the_rest(made: Tables, technologies: Rows) -> None:
    titles = sorted({row[3] for row in technologies})
    elements = {title: f"2.E.{number}" for number, title in enumerate(titles, 1)}
    made["Software Skills"] = [
        ["O*NET-SOC Code", "Workplace Example", "Element ID", "Element Name", "Hot Technology", "In Demand"],
        *([row[0], row[1], elements[row[3]], row[3], row[4], row[5]] for row in technologies),
    ]
    made["Career Interest Types"] = made.pop("Interests")
    made["Career Interest Type Keywords"] = made.pop("RIASEC Keywords")
    basic = made.pop("Basic Interests to RIASEC")[1:]
    ends = (
        f"{end} Element {part}"
        for end in ("Specific Interest Areas", "Career Interest Types")
        for part in ("ID", "Name")
    )
    made["Specific Interest Areas to Career Interest Types"] = [list(ends), *basic]
    made["GWAs to IWAs"] = [["GWA Element ID", "IWA Element ID", "IWA Element Name"], *made.pop("IWA Reference")[1:]]
    columns = ["GWA Element ID", "IWA Element ID", "DWA Element ID", "DWA Element Name"]
    made["GWAs to IWAs to DWAs"] = [columns, *made.pop("DWA Reference")[1:]]
    links = made["Tasks to DWAs"]
    made["Tasks to DWAs"] = [["DWA Element ID" if cell == "DWA ID" else cell for cell in links[0]], *links[1:]]
    for suffix in ("", " Categories"):
        header, *rows = made.pop(f"Education, Training, and Experience{suffix}")
        column = header.index("Element ID")
        made[f"Education{suffix}"] = [header, *(row for row in rows if row[column].startswith("2."))]
        made[f"Training and Experience{suffix}"] = [header, *(row for row in rows if row[column].startswith("3."))]
    activities = [*([row[1], row[2], row[2]] for row in made["GWAs to IWAs"][1:])]
    activities += [[row[2], row[3], row[3]] for row in made["GWAs to IWAs to DWAs"][1:]]
    software = [[element, title, title] for title, element in elements.items()]
    made["Content Model Reference"] = [*made["Content Model Reference"], *software, *activities]
    for dropped in ("Tools Used", "Work Values", "UNSPSC Reference"):
        made.pop(dropped, None)
