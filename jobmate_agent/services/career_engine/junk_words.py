"""Words that say nothing about a skill by themselves, and those of degrees."""

from __future__ import annotations

from jobmate_agent.services.career_engine.document import HEADING_WORDS


def _words(block: str) -> frozenset[str]:
    return frozenset(block.split())


# What a span of such words speaks of stands beside it.
SAYS_NOTHING = HEADING_WORDS | _words(
    """
    a able ability abilities about above according across after again all along also although always am among
    amongst an and another any anything applicant applicants are area areas around as aspect aspects at available
    aware away based be because become been before being below best better between beyond both but by came can
    candidate candidates capability capable company companies comparable competence competency competent could
    currently deep deeper demonstrable demonstrate demonstrated demonstrates desirable did different does doing
    during each either else employee employees employers employments end ensure environment environments equivalent
    equivalents essential etc even ever every everyone everything everywhere excellent exceptional experienced
    expert expertise extensive familiar familiarity few field fields following for from full fully functional
    functions further general good grasp great had has have having he help her here high highly his how however i
    ideal ideally if in include included includes including individual individuals industries industry intermediate
    into is it item items its itself job jobs just keep know knowledge known large least less level levels like
    likely long lot main major mandatory many may me member members might mind month months more most much must my
    necessary never next no non not nothing now number of off often on once one ones only onto opportunities
    opportunity optional or other others our ours out over own part parts per perform person plus positions possess
    possible preferably preferred prerequisite present previous previously prior proficiency proficient proven
    provide provided qualified quite rather really recent related relevant responsibility same second sector see
    setting settings several shall she should similar since skilled small so solid some someone something soon sound
    specific still strong successful successfully such sure take task tasks than that the their them then there
    these they this those though through throughout thus to together too top toward towards track two type types
    under understanding until up upon us use used useful uses using usual usually various very via want wants was
    way ways week weeks well were what when where whether which while whole whom whose will with within without
    workplace world-class year years yes yet you your yours yourself
    """
)
# Together with others they may name something: "people skills", "work in a team", "solving puzzles".
SAYS_NOTHING_ALONE = _words(
    """
    organization organisation people person team variety kinds holder client clients customer customers solution
    solutions process processes product products service services business issue issues need needs goal goals result
    results content activity activities operation operations system procedure procedures policy policies standard
    standards method methods concept concepts principle theory theories practice practices project program programs
    information nature million manner complex due down private set provide provides provided providing generate
    interact contribute assist assists assisting assisted apply applies applied applying utilize utilizes utilizing
    developed make makes made making perform performs performed performing maintain maintains maintained maintaining
    implement implements implemented implementing increase increased increasing identify identifies identified
    identifying handle handles handled handling resolve resolves resolved resolving solve solving gather gathers
    gathering take takes taking conduct conducts conducted conducting create creates created creating achieve
    achieves achieved achieving deliver delivers delivering execute executes meet meets meeting complete completes
    completing improve improves improving involve participate prepare prepares prepared preparing address addresses
    stand effectively efficiently accurately successfully understand understands thought physical differential
    assistant representative officer worker employee personal professional define defines defined collect collects
    clearly concisely quickly closely carefully regularly directly properly frustrated excited happy thrilled
    """
)
SAYS_SOMETHING = _words("languages training projects publications volunteer volunteering people education team")
DEGREE = _words(
    """
    associate associate's associates bachelor bachelor's bachelors baccalaureate master master's masters doctorate
    doctoral phd ph.d ba b.a bs b.s bsc b.sc ma m.a ms m.s msc m.sc aa a.a as a.s ll.b degree degrees diploma
    diplomas ged college university high-school school high secondary post-secondary tertiary undergraduate graduate
    postgraduate graduation four-year 4-year two-year 2-year advanced accredited bsc/msc bs/ms ba/bs academic
    college-level graduate-level post-baccalaureate
    """
)
DEGREE_FOR_CERTAIN = DEGREE - _words(
    "as ma four-year 4-year two-year 2-year advanced accredited high associate academic"
)
ABOUT_DEGREES = _words(
    """
    a an and any arts at certificate coursework courses credits education equivalent foreign from higher hours in
    its level minimum of or preferred required science sciences semester studies study technical the vocational
    """
)
