"""Names of places that postings list, and how a phrase is told to be nothing but places.

``CERTAIN`` mean a place wherever they stand alone; ``POSSIBLE`` are also something else (a framework, a verb) and
mean a place only beside others. Names that are more often something else (Java, Reading) are not here.
"""

from __future__ import annotations

import re


def _names(block: str) -> frozenset[str]:
    return frozenset(name.strip() for name in block.split("|"))


STATES = _names(
    """
    alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|
    indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|
    montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|
    oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|
    west virginia|wisconsin|wyoming|district of columbia|puerto rico|guam|ontario|quebec|british columbia|alberta|
    manitoba|saskatchewan|nova scotia|new south wales|queensland|england|scotland|wales|northern ireland|bavaria
    """
)
COUNTRIES = _names(
    """
    afghanistan|albania|algeria|argentina|armenia|australia|austria|azerbaijan|bahrain|bangladesh|belarus|belgium|
    bolivia|bosnia|botswana|brazil|bulgaria|cambodia|cameroon|canada|chile|china|colombia|costa rica|croatia|cyprus|
    czech republic|czechia|denmark|dominican republic|ecuador|egypt|el salvador|estonia|ethiopia|finland|france|
    germany|ghana|greece|guatemala|honduras|hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland|israel|italy|
    jamaica|japan|jordan|kazakhstan|kenya|korea|south korea|kuwait|latvia|lebanon|liberia|libya|lithuania|luxembourg|
    malaysia|malta|mexico|moldova|morocco|mozambique|myanmar|namibia|nepal|netherlands|holland|new zealand|nicaragua|
    nigeria|norway|oman|pakistan|panama|paraguay|peru|philippines|poland|portugal|qatar|romania|russia|rwanda|
    saudi arabia|senegal|serbia|sierra leone|singapore|slovakia|slovenia|somalia|south africa|spain|sri lanka|sudan|
    sweden|switzerland|syria|taiwan|tanzania|thailand|tunisia|turkey|uganda|ukraine|united arab emirates|uae|
    united kingdom|uk|great britain|united states|united states of america|usa|u.s|u.s.a|uruguay|uzbekistan|venezuela|
    vietnam|yemen|zambia|zimbabwe
    """
)
_REGIONS = _names(
    """
    africa|asia|europe|north america|south america|latin america|middle east|southeast asia|eastern europe|
    western europe|asia pacific|asia-pacific|apac|emea|latam|scandinavia|caribbean|bay area|silicon valley|new england|
    midwest|pacific northwest|east coast|west coast|mid-atlantic|tri-state|conus|oconus|manhattan|brooklyn|
    long island|twin cities|san francisco bay area
    """
)
_CITIES = _names(
    """
    abu dhabi|accra|addis ababa|albany|albuquerque|alexandria|amsterdam|anchorage|ann arbor|arlington|athens|atlanta|
    auckland|austin|baltimore|bangalore|bangkok|barcelona|baton rouge|beijing|belfast|bengaluru|berlin|birmingham|
    boise|boston|boulder|brisbane|bristol|brussels|bucharest|budapest|buenos aires|buffalo|calgary|cape town|
    charleston|charlotte|chennai|chicago|cincinnati|cleveland|cologne|colorado springs|columbus|copenhagen|dallas|
    dayton|delhi|denver|des moines|detroit|doha|dubai|dublin|düsseldorf|edinburgh|edmonton|el paso|fort worth|
    frankfurt|geneva|glasgow|grand rapids|hamburg|hanoi|harrisburg|hartford|helsinki|ho chi minh city|honolulu|
    houston|huntsville|hyderabad|indianapolis|istanbul|jacksonville|jakarta|jersey city|johannesburg|kansas city|
    karachi|kiev|knoxville|krakow|kuala lumpur|kyiv|lagos|las vegas|leeds|leipzig|lima|lisbon|little rock|liverpool|
    london|los angeles|louisville|lyon|madison|madrid|manchester|manila|melbourne|memphis|mexico city|miami|milan|
    milwaukee|minneapolis|montreal|moscow|mountain view|mumbai|munich|münchen|nairobi|nashville|new delhi|new orleans|
    new york city|newark|norfolk|nyc|oakland|oklahoma city|omaha|orlando|osaka|ottawa|palo alto|paris|philadelphia|
    pittsburgh|portland|prague|providence|pune|raleigh|redmond|reno|richmond|riga|rio de janeiro|riyadh|rochester|
    rome|rotterdam|sacramento|saint louis|salt lake city|san antonio|san diego|san francisco|san jose|
    santa barbara|santa clara|santa fe|santa monica|são paulo|sao paulo|savannah|scottsdale|seattle|seoul|shanghai|
    sheffield|shenzhen|silver spring|sofia|spokane|st. louis|st louis|st. paul|st paul|stockholm|stuttgart|sunnyvale|
    sydney|syracuse|tacoma|taipei|tallahassee|tampa|tel aviv|tokyo|toronto|trenton|tucson|tulsa|vancouver|vienna|
    vilnius|virginia beach|warsaw|washington dc|washington d.c|wellington|wichita|wilmington|zagreb|zurich|zürich
    """
)
CERTAIN = STATES | COUNTRIES | _REGIONS | _CITIES
POSSIBLE = _names(
    """
    aurora|bath|cairo|cambridge|concord|dover|fargo|jackson|lincoln|mobile|orange|oslo|oxford|perth|phoenix|reading|
    salem|springfield|surrey|victoria|windsor|york|remote|local|nationwide|worldwide
    """
)
# Codes that are also degrees or words of a list of skills (MS, MD, MA, PA, OR, IN) prove nothing by themselves.
_CODES = (
    r"AL|AK|AZ|AR|CA|CO|CT|DC|FL|GA|HI|ID|IL|IA|KS|KY|LA|MI|MN|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|RI|SC|SD|TN|TX|UT|"
    r"VA|VT|WA|WI|WV|WY"
)
_TOWN = r"[A-Z][\w.'’-]{1,24}(?: (?:of |the )?[A-Z][\w.'’-]{1,24}){0,3}"
_WITH_CODE = re.compile(
    rf"{_TOWN}, (?:{_CODES})\.?(?: \d{{5}}(?:-\d{{4}})?)?|{_TOWN},? [A-Z]{{2}},? \d{{5}}(?:-\d{{4}})?"
)
_AROUND = re.compile(
    r"^(?:(?:the|greater|downtown|central|northern|southern|eastern|western|metro(?:politan)?|city of|state of|in|near|"
    r"around|across)\s+)+|\s+(?:area|metro|metro area|region|city|county|state|office|offices)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[,;/|•·()&]|\s-\s|\b(?:and|or)\b)\s*")


def is_place(text: str) -> bool:
    """Whether every part of ``text`` is the name of a place: "Austin, Texas", "Davis CA", "Paris or Berlin"."""
    text = " ".join(text.split()).strip(" ,;:.()")
    if _WITH_CODE.fullmatch(text):
        return True
    parts = [part for part in _BETWEEN.split(text) if part]
    if not parts or len(text) > 400:
        return False
    known = [_is_known(part) for part in parts]
    if all(known):
        return True
    # "Sligo, Ireland": a town that no list has, before its state or country.
    wide = _name(parts[-1]) in STATES | COUNTRIES
    return len(parts) == 2 and wide and "," in text and bool(re.fullmatch(_TOWN, parts[0]))


def may_be_place(text: str) -> bool:
    """Whether ``text`` is a name that also places have."""
    return _name(text) in POSSIBLE


def _is_known(part: str) -> bool:
    return _name(part) in CERTAIN or part.strip(" ,;:.()").lower() in CERTAIN


def _name(text: str) -> str:
    return _AROUND.sub("", text.strip(" ,;:.()")).lower().removesuffix(".").strip()
