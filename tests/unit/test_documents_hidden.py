"""Text that nobody sees: in PDF, Word and web pages it is left out and counted; what people can see never is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.colors import Color, black, white
from reportlab.pdfgen.canvas import Canvas

from jobmate_agent.services.documents.hidden import HiddenText, Reading, from_json, hidden_text, to_json
from jobmate_agent.services.documents.pdf import read_pdf
from jobmate_agent.services.documents.plain import read_markdown, read_plain
from jobmate_agent.services.documents.posting import read_posting
from jobmate_agent.services.documents.word import read_docx

Draw = Callable[[Canvas], object]
HIDDEN = "python kubernetes terraform"


def pdf(*pages: Draw, size: tuple[float, float] = (612, 792), rotation: int = 0) -> bytes:
    """Pages of ordinary text, each with what is drawn on top of it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for draw in pages:
        canvas.setPageRotation(rotation)
        canvas.setFont("Helvetica", 11)
        for line in range(6):
            canvas.drawString(72, size[1] - 72 - 14 * line, f"I kept the books of shop number {line} in good order.")
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def written(text: str = HIDDEN, x: float = 72, y: float = 300, **how: object) -> Draw:
    """``text`` in one way: ``colour``, ``size``, ``mode`` (of rendering), ``alpha``."""

    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillColor(how.get("colour", black))
        if "alpha" in how:
            canvas.setFillAlpha(how["alpha"])
        line = canvas.beginText(x, y)
        line.setFont("Helvetica", how.get("size", 11))
        if "mode" in how:
            line.setTextRenderMode(how["mode"])
        line.textLine(text)
        canvas.drawText(line)
        canvas.restoreState()

    return draw


def band(colour: object, x: float = 60, y: float = 290, width: float = 400, height: float = 40) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillColor(colour)
        canvas.rect(x, y, width, height, stroke=0, fill=1)
        canvas.restoreState()

    return draw


def both(*drawn: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        for one in drawn:
            one(canvas)

    return draw


def clipped(canvas: Canvas) -> None:
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 1, 1)
    canvas.clipPath(path, stroke=0, fill=0)
    written()(canvas)
    canvas.restoreState()


def picture(grey: Callable[[int, int], int], width: float = 612, height: float = 792) -> Draw:
    """An image over the page from its lower left corner, as a scanner makes it."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    image = Image.new("L", (153, 198))
    image.putdata([grey(at % 153, at // 153) for at in range(153 * 198)])

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(image), 0, 0, width, height)

    return draw


NAVY = Color(0.1, 0.15, 0.35)
UNSEEN: dict[str, Draw] = {
    "white": written(colour=white),
    "nearly white": written(colour=Color(0.98, 0.98, 0.97)),
    "transparent": written(alpha=0.01),
    "invisible mode": written(mode=3),
    "clip mode": written(mode=7),
    "below a white box": both(written(), band(white)),
    "clipped away": clipped,
    "navy on navy": both(band(NAVY), written(colour=NAVY)),
    "white on a white box on navy": both(band(NAVY, 40, 200, 500, 300), band(white), written(colour=white)),
}
SEEN: dict[str, Draw] = {
    "black": written(),
    "grey": written(colour=Color(0.6, 0.6, 0.6)),
    "pale grey": written(colour=Color(0.8, 0.8, 0.8)),
    "yellow": written(colour=Color(1, 0.9, 0.1)),
    "white on navy": both(band(NAVY), written(colour=white)),
    "white on a picture": both(picture(lambda x, y: 40), written(colour=white)),
    "red on as dark a green": both(band(Color(0, 0.51, 0)), written(colour=Color(1, 0, 0))),
    "small print": written(size=5),
    "outlined": written(mode=1),
    "at the edge": written(x=0.5, y=0.5),
    "half outside": written(x=-20),
}


@pytest.mark.parametrize("how", UNSEEN)
def test_text_that_does_not_show_is_left_out(how: str) -> None:
    reading = read_pdf(pdf(UNSEEN[how]))
    assert reading.hidden == HiddenText(3, ("unseen",), HIDDEN)
    assert "python" not in reading.text
    assert reading.text.count("I kept the books of shop number") == 6


@pytest.mark.parametrize("how", SEEN)
def test_text_that_shows_is_read(how: str) -> None:
    reading = read_pdf(pdf(SEEN[how]))
    assert reading.hidden is None
    assert "kubernetes terraform" in reading.text


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_turned_pages_are_looked_at_as_they_lie(rotation: int) -> None:
    # The library takes the size for that of the turned page.
    size = (792.0, 612.0) if rotation % 180 else (612.0, 792.0)
    assert read_pdf(pdf(written(), size=size, rotation=rotation)).hidden is None
    hidden = read_pdf(pdf(written(colour=white), size=size, rotation=rotation)).hidden
    assert hidden == HiddenText(3, ("unseen",), HIDDEN)


def test_text_outside_of_the_page_and_in_tiny_letters() -> None:
    reading = read_pdf(pdf(both(written(x=700), written(y=-50), written("docker", size=1))))
    assert reading.hidden == HiddenText(7, ("tiny", "off_page"), f"{HIDDEN} {HIDDEN} docker")
    assert "python" not in reading.text
    assert "docker" not in reading.text
    # On a page as small as a card, small letters are read.
    assert read_pdf(pdf(written("docker", y=40, size=1.9), size=(612, 300))).hidden is None


def test_the_text_behind_a_scan_is_no_hidden_text() -> None:
    def scan(canvas: Canvas) -> None:
        picture(lambda x, y: 20 if (y // 3) % 3 == 0 and x % 4 else 250)(canvas)
        for line in range(30):
            written(f"Scanned line {line} of an old paper", y=700 - 20 * line, mode=3)(canvas)

    out = io.BytesIO()
    canvas = Canvas(out)
    scan(canvas)
    canvas.save()
    reading = read_pdf(out.getvalue())
    assert reading.hidden is None
    assert reading.text.count("Scanned line") == 30


def test_invisible_text_beside_a_photo_is_hidden_all_the_same() -> None:
    beside = both(picture(lambda x, y: 90, 100, 130), written(mode=3))
    assert read_pdf(pdf(beside)).hidden == HiddenText(3, ("unseen",), HIDDEN)
    below = both(picture(lambda x, y: 90, 500, 400), written(mode=3))
    assert read_pdf(pdf(below)).hidden is None


def test_a_blank_scan_accuses_nobody_either() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    picture(lambda x, y: 255)(canvas)
    written(mode=3)(canvas)
    canvas.save()
    assert read_pdf(out.getvalue()).hidden is None


def test_a_page_of_nothing_but_white_text_is_hidden() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    written(colour=white)(canvas)
    canvas.save()
    assert read_pdf(out.getvalue()).hidden == HiddenText(3, ("unseen",), HIDDEN)


def test_letters_of_a_font_that_is_not_there_are_believed() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont("STSong-Light", 11)
    canvas.drawString(72, 700, "熟悉后端开发 有三年以上工作经验")
    canvas.save()
    reading = read_pdf(out.getvalue())
    assert reading.hidden is None
    assert "熟悉后端开发" in reading.text


def test_hidden_words_are_counted_and_the_first_are_shown() -> None:
    words = [f"word{number}" for number in range(100)]
    hidden = hidden_text([("tiny", " ".join(words[:50])), ("unseen", "• –"), ("marked", " ".join(words[50:]))])
    assert hidden is not None
    assert (hidden.words, hidden.ways) == (100, ("tiny", "marked"))
    assert hidden.sample.startswith("word0 word1 ")
    assert hidden.sample.endswith("word11 …")
    assert hidden_text([("unseen", "a" * 500)]) == HiddenText(1, ("unseen",), "a" * 80 + " …")
    assert hidden_text([]) is hidden_text([("unseen", " • ")]) is None
    assert from_json(to_json(hidden)) == hidden
    assert from_json(to_json(None)) is None


def docx(*runs: str, paragraph: str = "", styles: str = "", around: str = "{}") -> Reading:
    """A document with one paragraph of ordinary text and one of ``runs``, as XML within ``around``."""
    document = Document()
    document.add_paragraph("I kept the books of a shop in good order.")
    body = around.format(f"<w:p>{paragraph}{''.join(runs)}</w:p>")
    for element in parse_xml(f"<w:body {nsdecls('w')} {WPS}>{body}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)
    for style in parse_xml(f"<w:styles {nsdecls('w')}>{styles}</w:styles>"):
        document.styles.element.append(style)
    out = io.BytesIO()
    document.save(out)
    return read_docx(out.getvalue())


def run(properties: str = "", text: str = HIDDEN) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
WHITE = "<w:color w:val='FFFFFF'/>"
NAVY_SHADE = "<w:shd w:val='clear' w:color='auto' w:fill='1F2A55'/>"
BOX = "<w:p><w:r><wps:wsp><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx></wps:wsp></w:r></w:p>"
CELL = "<w:tbl><w:tblPr>{style}</w:tblPr><w:tr><w:tc><w:tcPr>{shade}</w:tcPr>{{}}</w:tc></w:tr></w:tbl>"
STYLES = (
    "<w:style w:type='character' w:styleId='Ghost'><w:name w:val='Ghost'/><w:rPr><w:vanish/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Pale'><w:name w:val='Pale'/><w:rPr>" + WHITE + "</w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Paler'><w:name w:val='Paler'/><w:basedOn w:val='Pale'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Loop'><w:name w:val='Loop'/><w:basedOn w:val='Loop'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Band'><w:name w:val='Band'/><w:pPr>" + NAVY_SHADE + "</w:pPr></w:style>"
    "<w:style w:type='table' w:styleId='Dark'><w:name w:val='Dark'/><w:tblStylePr w:type='firstRow'><w:tcPr>"
    + NAVY_SHADE
    + "</w:tcPr></w:tblStylePr></w:style>"
)


@pytest.mark.parametrize(
    ("properties", "paragraph", "around", "way"),
    [
        ("<w:vanish/>", "", "{}", "marked"),
        ("<w:vanish w:val='true'/>", "", "{}", "marked"),
        ("<w:rStyle w:val='Ghost'/>", "", "{}", "marked"),
        ("<w:sz w:val='2'/>", "", "{}", "tiny"),
        (WHITE, "", "{}", "unseen"),
        ("<w:color w:val='FBFBFB'/>", "", "{}", "unseen"),
        ("<w:color w:val='FFFFFF' w:themeColor='background1'/>", "", "{}", "unseen"),
        ("", "<w:pPr><w:pStyle w:val='Paler'/></w:pPr>", "{}", "unseen"),
        (WHITE + "<w:shd w:val='clear' w:fill='FFFFFF'/>", "", "{}", "unseen"),
        ("<w:color w:val='1F2A55'/>" + NAVY_SHADE, "", "{}", "unseen"),
        (WHITE, "", CELL.format(style="", shade=""), "unseen"),
        ("<w:vanish/>", "", BOX, "marked"),
    ],
)
def test_runs_that_word_does_not_show(properties: str, paragraph: str, around: str, way: str) -> None:
    reading = docx(run(properties), run("", " and docker"), paragraph=paragraph, styles=STYLES, around=around)
    assert reading.hidden is not None
    assert reading.hidden.ways == (way,)
    assert reading.hidden.sample.startswith(HIDDEN)
    assert HIDDEN not in reading.text
    if not paragraph:
        assert reading.hidden.words == 3
        assert "and docker" in reading.text


@pytest.mark.parametrize(
    ("properties", "paragraph", "around"),
    [
        ("", "", "{}"),
        ("<w:vanish w:val='0'/>", "", "{}"),
        ("<w:rStyle w:val='Ghost'/><w:vanish w:val='false'/>", "", "{}"),
        ("<w:color w:val='auto'/>", "", "{}"),
        ("<w:color w:val='BBBBBB'/>", "", "{}"),
        ("<w:sz w:val='8'/>", "", "{}"),
        (WHITE + NAVY_SHADE, "", "{}"),
        (WHITE + "<w:highlight w:val='black'/>", "", "{}"),
        (WHITE, f"<w:pPr>{NAVY_SHADE}</w:pPr>", "{}"),
        (WHITE, "<w:pPr><w:pStyle w:val='Band'/></w:pPr>", "{}"),
        (WHITE, "", CELL.format(style="", shade=NAVY_SHADE)),
        (WHITE, "", CELL.format(style="<w:tblStyle w:val='Dark'/>", shade="")),
        (WHITE, "", BOX),
        ("", "<w:pPr><w:pStyle w:val='Loop'/></w:pPr>", "{}"),
    ],
)
def test_runs_that_word_shows(properties: str, paragraph: str, around: str) -> None:
    reading = docx(run(properties), paragraph=paragraph, styles=STYLES, around=around)
    assert reading.hidden is None
    assert HIDDEN in reading.text


def test_comments_of_markdown_are_left_out() -> None:
    reading = read_markdown(b"# Jane\n<!-- python docker -->\nI kept books. <!-- never\nclosed")
    assert reading.hidden == HiddenText(4, ("marked",), "python docker never closed")
    assert reading.text == "# Jane\n\nI kept books. "
    assert read_markdown(b"# Jane") == read_plain(b"# Jane") == Reading("# Jane")


@pytest.mark.parametrize(
    ("text", "shown", "way"),
    [
        ('# Jane\n<span style="color:white">python docker</span> Books.', "Books.", "unseen"),
        ("# Jane\n<p hidden>python docker</p>\nBooks.", "Books.", "marked"),
        ("# Jane\n<p hidden>python docker\n\nBooks.", "Books.", "marked"),
        ("# Jane\n<div hidden>\n\n- python\n- docker\n\n</div>\n\nBooks.", "Books.", "marked"),
        (
            "# Jane\n<div style='font-size:0'>python <br/> docker<b style='font-size:9px'>Books.</b></div>",
            "Books.",
            "tiny",
        ),
        ("# Jane\n<div hidden>python <b>docker</div> Books.", "Books.", "marked"),
    ],
)
def test_html_in_markdown_hides_as_it_does_in_pages(text: str, shown: str, way: str) -> None:
    reading = read_markdown(text.encode())
    assert reading.hidden == HiddenText(2, (way,), "python docker")
    assert "docker" not in reading.text
    assert "# Jane" in reading.text
    assert shown in reading.text


@pytest.mark.parametrize(
    "text",
    [
        "# Jane\n\nI use <b>python</b> if a < b and b > c, R&D.\n\n* a <jane@example.org>",
        "I wrote `<p hidden>` once.\n\npython",
        "```html\n<div hidden>\n\npython\n```\npython",
        "<span style='color:#fff; background:#036'>python</span>",
    ],
)
def test_markdown_that_hides_nothing_stays_as_it_is(text: str) -> None:
    assert read_markdown(text.encode()) == Reading(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("repeated", ["<p hidden>", "`", "` ``", "</p>", "<", "<b><i>", "``` ", "<p a='", "<b>\n\n"])
def test_odd_markdown_is_read_to_its_end(repeated: str) -> None:
    reading = read_markdown(b"Jane " + repeated.encode() * (20_000 // len(repeated)))
    assert reading.text.startswith("Jane ")


def posting(description: str) -> dict[str, object]:
    data = json.dumps({"@type": "JobPosting", "title": "Cook", "description": f"<p>Grill and fryer.</p>{description}"})
    script = data.replace("</", "<\\/")
    return read_posting(f'<script type="application/ld+json">{script}</script><p>x</p>'.encode(), 10_000)


@pytest.mark.parametrize(
    ("attributes", "way"),
    [
        ("style='display:none'", "marked"),
        ("style='color: red; visibility : hidden !important'", "marked"),
        ("hidden", "marked"),
        ("style='opacity:0'", "marked"),
        ("style='font-size:0'", "tiny"),
        ("style='font-size: 1px'", "tiny"),
        ("style='position:absolute; left:-9999px'", "off_page"),
        ("style='text-indent:-5000px'", "off_page"),
        ("style='color:#fff'", "unseen"),
        ("style='color:rgb(254, 254, 254)'", "unseen"),
        ("color='white'", "unseen"),
        ("style='background:navy; color:transparent'", "unseen"),
        ("style='opacity:0.0'", "marked"),
        ("style='color:rgb(255 255 255)'", "unseen"),
        ("style='color:rgb(100% 100% 100% / 90%)'", "unseen"),
        ("style='color:hsl(0,0%,100%)'", "unseen"),
        ("style='color:hsl(120deg 50% 99%)'", "unseen"),
        ("style='color:#036; background:#036'", "unseen"),
        ("style='font-size:.1px'", "tiny"),
        ("style='font-size:0.01em'", "tiny"),
        ("style='font:0/0 a'", "tiny"),
    ],
)
def test_what_a_description_does_not_show(attributes: str, way: str) -> None:
    found = posting(f"<div {attributes}><b>python</b> <script>var a = 1;</script>docker</div><p>Nights.</p>")
    assert found["hidden"] == {"words": 2, "ways": [way], "sample": "python docker"}
    assert found["description"] == "Grill and fryer.\n\nNights."


@pytest.mark.parametrize(
    "attributes",
    [
        "style='color:white; background-color:navy'",
        "style='color:#ddd'",
        "style='font-size:10px'",
        "style='position:absolute; left:-10px'",
        "style='opacity:0.9'",
        "style='display:block'",
        "hidden='until-found'",
        "bgcolor='black' style='color:#fff'",
        "style='color:#fff; background:url(dark.png)'",
        "style='color:hsl(0,0%,60%)'",
        "style='font:700 16px/1 Arial'",
        "style='font-size:0.9em'",
    ],
)
def test_what_a_description_shows(attributes: str) -> None:
    found = posting(f"<div {attributes}>python docker</div>")
    assert "hidden" not in found
    assert "python docker" in str(found["description"])
    assert "python docker" in str(posting("<div style='background:#000'><p style='color:#fff'>python docker</p></div>"))


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("color:#fff", "background:#036"),
        ("color:#fff", "color:#000"),
        ("font-size:0", "font-size:16px"),
        ("visibility:hidden", "visibility:visible"),
    ],
)
def test_what_shows_within_what_does_not_is_kept(outer: str, inner: str) -> None:
    found = posting(f"<div style='{outer}'>docker <p style='{inner}'>Visible banner</p> python</div>")
    assert found["description"] == "Grill and fryer.\n\nVisible banner"
    assert found["hidden"]["words"] == 2  # type: ignore[index]


WHITE_LINE = "<p style='color:white'>Kubernetes Terraform required</p>"
PAGE_TEXT = "<p>We look for a cook who knows the grill and the fryer, and keeps the kitchen clean.</p>" * 5


@pytest.mark.parametrize(
    "page",
    [
        f"<body>{PAGE_TEXT}{WHITE_LINE}</body>",
        f"<head><style>h1 {{color: red}}</style></head><body><main>{PAGE_TEXT}{WHITE_LINE}</main></body>",
        f"<body style='background:#fff'><div class='job'>{PAGE_TEXT}</div>{WHITE_LINE}</body>",
        f"<body><div style='background:white' class='job'>{PAGE_TEXT}{WHITE_LINE}</div></body>",
        f"<body><div id='page' class='job'>{PAGE_TEXT}{WHITE_LINE}</div></body>",
        f"<head><link rel='stylesheet' href='a.css'></head><body><div class='job'>{PAGE_TEXT}{WHITE_LINE}</div></body>",
    ],
)
def test_white_text_of_a_white_page_is_left_out_and_told(page: str) -> None:
    found = read_posting(f"<html>{page}</html>".encode(), 10_000)
    assert "Kubernetes" not in str(found["description"])
    assert found["hidden"] == {"words": 3, "ways": ["unseen"], "sample": "Kubernetes Terraform required"}


@pytest.mark.parametrize(
    "page",
    [
        f"<body style='background:#123'>{PAGE_TEXT}{WHITE_LINE}</body>",
        f"<head><style>body {{background: #111}}</style></head><body>{PAGE_TEXT}{WHITE_LINE}</body>",
        f"<body>{PAGE_TEXT}<section class='hero'>{WHITE_LINE}</section></body>".replace(
            "<body>", "<head><style>.hero {background: #036}</style></head><body>"
        ),
        f"<body>{PAGE_TEXT.replace('<p>', '<p style=color:#fff>')}{WHITE_LINE}</body>",
    ],
)
def test_white_text_of_a_page_that_may_be_dark_is_read(page: str) -> None:
    found = read_posting(f"<html>{page}</html>".encode(), 10_000)
    assert "Kubernetes" in str(found["description"])
    assert "hidden" not in found


def test_a_page_hides_its_menus_for_good_reasons() -> None:
    text = "We look for a cook who knows the grill and the fryer. " * 5
    page = f"<html><body><main><p style='font-size:0'>Menu python docker</p><p>{text}</p></main></body></html>"
    found = read_posting(page.encode(), 10_000)
    assert "python" not in str(found["description"])
    assert "hidden" not in found
