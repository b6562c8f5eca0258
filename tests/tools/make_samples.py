"""Make the PDF and DOCX resumes of ``jobmate_agent/samples/resumes`` from the texts in ``resume_sources``.

Run ``python -m tests.tools.make_samples [FOLDER]``. The same sources give the same bytes on every run:
reportlab writes in invariant mode and uncompressed (two builds of zlib need not agree), and a DOCX is packed
again with one fixed date, so a test can compare the committed files. The plain-text and Markdown samples have
no source: the shipped file is the original.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocxDocument
from docx.shared import Pt
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from tests.tools.resume_source import Block, read_blocks

SOURCES = Path(__file__).with_name("resume_sources")
RESUMES = Path(__file__).parents[2] / "jobmate_agent" / "samples" / "resumes"
INK, ACCENT, PALE = HexColor("#1f2933"), HexColor("#20587a"), HexColor("#e9f0f4")
# The oldest date a zip member can carry; any fixed date would do.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

Styles = dict[str, ParagraphStyle]


def _styles(size: float, leading: float) -> Styles:
    body = ParagraphStyle("body", fontName="Helvetica", fontSize=size, leading=leading, textColor=INK, spaceAfter=3)
    return {
        "body": body,
        "name": ParagraphStyle("name", body, fontName="Helvetica-Bold", fontSize=21, leading=26, textColor=ACCENT),
        "section": ParagraphStyle(
            "section",
            body,
            fontName="Helvetica-Bold",
            fontSize=size + 1.5,
            leading=leading + 3,
            textColor=ACCENT,
            spaceBefore=9,
            spaceAfter=3,
            keepWithNext=1,
        ),
        "entry": ParagraphStyle("entry", body, fontName="Helvetica-Bold", spaceAfter=1),
        "date": ParagraphStyle("date", body, alignment=TA_RIGHT, spaceAfter=1),
        "bullet": ParagraphStyle("bullet", body, leftIndent=11, bulletIndent=1, spaceAfter=2),
    }


def _entry(block: Block, styles: Styles, width: float) -> Flowable:
    """An employment line: title and employer on the left, dates on the right."""
    *left, dates = block.cells
    title, *employer = (escape(cell) for cell in left)
    text = title + "".join(f"<font name='Helvetica'>, {part}</font>" for part in employer)
    table = Table(
        [[Paragraph(text, styles["entry"]), Paragraph(escape(dates), styles["date"])]],
        colWidths=[width * 0.64, width * 0.36],
        style=TableStyle(
            [
                *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        ),
    )
    table.keepWithNext = 1
    return table


def _flow(blocks: list[Block], styles: Styles, width: float) -> Iterator[Flowable]:
    for block in blocks:
        if block.kind == "section":
            heading = Paragraph(escape(block.text), styles["section"])
            rule = HRFlowable(width="100%", thickness=0.6, color=ACCENT, spaceBefore=0, spaceAfter=4)
            section = KeepTogether([heading, rule])
            section.keepWithNext = 1
            yield section
        elif block.kind == "entry":
            yield Spacer(1, 3)
            yield _entry(block, styles, width)
        elif block.kind == "bullet":
            yield Paragraph(escape(block.text), styles["bullet"], bulletText="•")
        else:
            yield Paragraph(escape(block.text), styles["body"])


def _canvas_metadata(title: str) -> Callable[[Canvas, BaseDocTemplate], None]:
    def write(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setTitle(title)

    return write


def one_column_pdf(source: str) -> bytes:
    """A PDF in one column, over as many pages as the text needs."""
    blocks = read_blocks(source)
    name = blocks.pop(0).text
    styles = _styles(11, 15.5)
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=LETTER, invariant=1, pageCompression=0)
    frame = Frame(inch, 0.9 * inch, LETTER[0] - 2 * inch, LETTER[1] - 1.8 * inch, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_canvas_metadata(f"{name}, resume")))
    document.build([Paragraph(escape(name), styles["name"]), *_flow(blocks, styles, LETTER[0] - 2 * inch)])
    return out.getvalue()


def two_column_pdf(source: str) -> bytes:
    """A PDF of one page: name above, a shaded side column on the left, experience on the right."""
    blocks = read_blocks(source)
    name, trade = blocks.pop(0).text, blocks.pop(0).text
    columns = {column: [b for b in blocks if b.column == column] for column in ("side", "main")}
    styles = _styles(10, 14.5)
    width, height = LETTER
    side, gap, edge, head = 2.2 * inch, 0.25 * inch, 0.5 * inch, 1.25 * inch
    main = width - side - 2 * gap - edge

    def decorate(canvas: Canvas, document: BaseDocTemplate) -> None:
        _canvas_metadata(f"{name}, resume")(canvas, document)
        canvas.setFillColor(PALE)
        canvas.rect(0, 0, side + gap, height - head, stroke=0, fill=1)
        canvas.setFillColor(ACCENT)
        canvas.rect(0, height - head, width, head, stroke=0, fill=1)
        canvas.setFillColor(HexColor("#ffffff"))
        canvas.setFont("Helvetica-Bold", 24)
        canvas.drawString(0.35 * inch, height - 0.72 * inch, name)
        canvas.setFont("Helvetica", 13)
        canvas.drawString(0.35 * inch, height - 0.98 * inch, trade)

    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=LETTER, invariant=1, pageCompression=0)
    room = height - head - 0.5 * inch
    side_frame = Frame(0.35 * inch, 0.35 * inch, side - 0.35 * inch, room, 0, 0, 0, 0)
    main_frame = Frame(side + 2 * gap, 0.35 * inch, main, room, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[side_frame, main_frame], onPage=decorate))
    document.build(
        [
            *_flow(columns["side"], styles, side - 0.35 * inch),
            FrameBreak(),
            *_flow(columns["main"], styles, main),
        ]
    )
    return out.getvalue()


def _add_table(document: DocxDocument, rows: list[tuple[str, ...]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for number, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = number == 0


def repack(package: bytes) -> bytes:
    """The same zip package with one fixed date on every member, so that equal content gives equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, ZIP_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()


def docx(source: str) -> bytes:
    """A DOCX with real headings, list bullets and tables, as word processors write them."""
    blocks = read_blocks(source)
    document = Document()
    document.styles["Normal"].font.size = Pt(10.5)
    name = blocks.pop(0).text
    document.core_properties.title, document.core_properties.author = f"{name}, resume", name
    document.add_heading(name, level=0)
    rows: list[tuple[str, ...]] = []
    for block in blocks:
        if rows and block.kind != "row":
            _add_table(document, rows)
            rows = []
        if block.kind == "section":
            document.add_heading(block.text, level=1)
        elif block.kind == "entry":
            document.add_heading(", ".join(block.cells), level=2)
        elif block.kind == "bullet":
            document.add_paragraph(block.text, style="List Bullet")
        elif block.kind == "row":
            rows.append(block.cells)
        else:
            document.add_paragraph(block.text)
    if rows:
        _add_table(document, rows)
    out = io.BytesIO()
    document.save(out)
    return repack(out.getvalue())


MADE: dict[str, Callable[[str], bytes]] = {
    "accountant.pdf": one_column_pdf,
    "backend-developer.pdf": two_column_pdf,
    "electrician-apprentice.docx": docx,
    "registered-nurse.docx": docx,
    "sous-chef.docx": docx,
}


def make_samples() -> dict[str, bytes]:
    """File name → bytes of every resume that is made from a source."""
    return {name: make((SOURCES / f"{Path(name).stem}.md").read_text(encoding="utf-8")) for name, make in MADE.items()}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else RESUMES
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, content in make_samples().items():
        (folder / file_name).write_bytes(content)
