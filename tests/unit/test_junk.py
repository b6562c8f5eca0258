"""What stands in documents and names no skill. The phrases are those of real postings and resumes."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.junk import junk_at, junk_kind

JUNK = {
    "empty": "•|x|b|-–|.",
    "amount": "5+ years|$40,000 - $55,000 per year|June 2015 - Present|40 hours per week|9am-5pm|24/7|Monday to Friday|"
    "at least 3 years|2014|10%|(555) 010-0199|GS-11|GS 12|FG/GS-13|SV-J|KSAs",
    "address": "jobs@example.org|www.opm.gov/qualifications|https://example.org/x|1200 Main Street|"
    "123 Long Wharf Ave. Suite 4",
    "filler": "experience|Strong|skills and abilities|Job Responsibilities|years of experience|the|Technical Skills|"
    "Work Experience|a good understanding of|team|About Us|Preferred Qualifications|"
    "clients|Implemented|resolving|effectively|perform successfully the duties|Processes|understand|physical|assistant|"
    "clearly",
    "degree": "Bachelor's degree|BS|PhD|high school diploma|GED or equivalent|Master of Science degree|"
    "Bachelor’s Degree|Nurse III - Master's degree|Associate Degree (ADN)|graduate level education|"
    "academic degrees|vocational or technical degree or certificate",
    "place": "Texas|Austin, Texas|Charleston, SC|New York City|Paris or Berlin|Sligo, Ireland|San Francisco Bay Area|"
    "London, UK|Denver, CO 80202|United States|EMEA",
    "employer": "Acme Tools, Inc.|Globex Ltd|Stanford University|Department of Education",
    "offer": "401(k)|paid time off|health insurance|Competitive salary|medical, dental and vision insurance|full-time|"
    "night shift|evenings and weekends|tuition reimbursement|stock options|background check|U.S. citizenship|"
    "gym membership|flexible working hours|relocation assistance|cover letter|"
    "Federal service|driving record",
}
NAMES = """
Python|C|R|C++|C#|Go|.NET|node.js|SQL|Excel|MS Project|Microsoft Office|SAP|Salesforce.com|Monday.com|JavaScript|
Spring|HR|QA|UX|customer service|teamwork|work in a team|people skills|attention to detail|communication skills|
written and oral communication|organizational skills|project management|manage budgets|lift 50 pounds|forklift|
payroll|benefits administration|compensation analysis|health insurance claims|pension fund accounting|
background investigations|equity research|drug testing|shift planning|time management|vacation planning|
travel arrangements|German|English language|New York State building code|Texas real estate law|Chinese medicine|
Java|Django|degree audits|mechanical engineering|nursing|CPA|driver's license|first aid|leadership|training|teaching|
volunteering|
401k plan administration|Series 7|ISO 9001|802.11 networking|GAAP|Six Sigma|SOX 404|insurance underwriting|
financial planning|Entra ID|Oracle|ITIL Foundation|IT|data|pricing|education policy|team leadership|level design|
client relations|customer satisfaction|develop|design|analysis|support|
process engineering|nursing degree|electrical engineering degree|system administration|policy analysis|BSN|
service delivery|content strategy|operations research|higher education administration
"""


@pytest.mark.parametrize(
    ("kind", "phrase"), [(kind, phrase) for kind, phrases in JUNK.items() for phrase in phrases.split("|")]
)
def test_a_phrase_that_names_no_skill(kind: str, phrase: str) -> None:
    assert junk_kind(phrase) == kind


@pytest.mark.parametrize("phrase", [name.strip() for name in NAMES.split("|")])
def test_a_phrase_that_may_name_a_skill(phrase: str) -> None:
    assert junk_kind(phrase) is None


@pytest.mark.parametrize("phrase", ["401(k)", "health insurance", "stock options", "night shift", "vacation"])
def test_what_a_posting_offers_may_be_what_a_resume_knows(phrase: str) -> None:
    assert junk_kind(phrase, "job") == "offer"
    assert junk_kind(phrase, "resume") is None


def test_nothing_names_nothing() -> None:
    assert junk_kind("") == "empty"


def test_the_kind_does_not_depend_on_case_or_blanks() -> None:
    assert junk_kind("  PAID   TIME\nOFF ") == "offer"
    assert junk_kind("Years Of EXPERIENCE") == "filler"


POSTING = """# Benefits
Python lessons for everyone.

# What you need
Locations: Denver, Phoenix, Mobile and Boston
Medical plan, vision, disability, dental plan, sick leave.
Experience with Phoenix, Elixir and PostgreSQL.
Knowledge of retirement, insurance and vision systems.
"""


@pytest.mark.parametrize(
    ("line", "phrase", "kind"),
    [
        ("Python lessons", "Python", "boilerplate"),
        ("Locations", "Phoenix", "place"),
        ("Locations", "Mobile", "place"),
        ("Medical", "disability", "offer"),
        ("Medical", "vision", "offer"),
        ("Experience with", "Phoenix", None),
        ("Experience with", "Elixir", None),
        ("Knowledge of", "vision", None),
        ("# What you need", "need", "filler"),
    ],
)
def test_where_a_phrase_stands_decides_too(line: str, phrase: str, kind: str | None) -> None:
    start = POSTING.index(phrase, POSTING.index(line))
    assert junk_at(Document(POSTING, "job"), start, start + len(phrase)) == kind


def test_a_heading_holds_no_skill() -> None:
    text = "# Sales skills\nNegotiation with suppliers"
    assert junk_at(Document(text, "resume"), 2, 7) == "heading"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "repeated",
    """1.|1,|1 .|1 - |1 m |$1 |5 years |may.|mon-|to, |a@|@.|a@b.|www.|a.com|a.com/|a.edu/|1 A |GS-|University of A|
A|Aa|A&|Aa and |The |, inc|Inc. |, co|paid |flexible |medical, |weekends, |salary plan |lunch and |resume, |a+|a.|é’|
(|- |9 |full-|and |.+|1.+|1 Main St""".replace("\n", "").split("|"),
)
def test_no_document_keeps_the_words_busy(repeated: str) -> None:
    for start, end in [("", "1x"), ("", " x!"), ("University of ", " x!"), ("1 Elm ", "")]:
        text = f"{start}{repeated * (20_000 // len(repeated))}{end}"
        assert junk_kind(text) in {None, *JUNK}
        assert junk_at(Document(text, "job"), 0, len(text)) in {None, *JUNK, "heading"}
