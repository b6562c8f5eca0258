"""Resume files for upload tests: broken, mislabelled, hostile, and a few that are valid but unusual.

Run ``python -m tests.tools.make_bad_files FOLDER``, or call :func:`write_bad_files`. The same versions of the
libraries give the same bytes. Run nothing on the hostile ones in a process that you want to keep.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from docx import Document
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.tools import hostile_docx, hostile_pdf
from tests.tools.make_samples import repack
from tests.tools.raw_pdf import GREETING, page_pdf, stream

UPLOAD_LIMIT = 5 * 1024 * 1024
PASSWORD = "open sesame"
SENTENCE = "Reconciled eleven bank accounts and closed the general ledger in six days."
LEFT = (
    "I design relational databases.",
    "I write Python every working day.",
    "I review code with patience.",
    "I speak German and English.",
)
RIGHT = (
    "Built a tracking service for parcels.",
    "Cut the monthly report to ninety seconds.",
    "Taught two interns to test their work.",
    "Moved five services into containers.",
)
LATIN1_TEXT = "Résumé: Zoë Håkansson\r\nChef de cuisine, pâtisserie – “fait maison”, 40 € menu\r\nFrançais, Español\r\n"
UTF16_TEXT = "Résumé: Łukasz Ångström\nElectrician, three-phase power, 電気工事士\n"


def too_big_pdf() -> bytes:
    """A valid PDF of one page, a little over the limit by an object that nothing refers to."""
    return page_pdf(GREETING, more=[stream(b"0" * UPLOAD_LIMIT)])


def blank_page_pdf() -> bytes:
    return page_pdf(b"")


def truncated_pdf() -> bytes:
    """The first half of a valid PDF: the page is there, its content and the table of objects are not."""
    whole = page_pdf(GREETING)
    return whole[: whole.index(b"\n4 0 obj")]


def png() -> bytes:
    out = io.BytesIO()
    _picture().save(out, "PNG")
    return out.getvalue()


def encrypted_pdf() -> bytes:
    """Text that only :data:`PASSWORD` opens."""
    lock = StandardEncryption(PASSWORD, strength=128)
    return _drawn(lambda canvas: canvas.drawString(72, 720, SENTENCE), lock)


def image_only_pdf() -> bytes:
    """What a scanner makes: one picture of a page, no text layer."""
    return _drawn(lambda canvas: canvas.drawImage(ImageReader(_picture()), 0, 0, *LETTER))


def two_column_pdf() -> bytes:
    """:data:`LEFT` and :data:`RIGHT` side by side, drawn one column after the other."""

    def draw(canvas: Canvas) -> None:
        for x, column in ((72, LEFT), (324, RIGHT)):
            for line, sentence in enumerate(column):
                canvas.drawString(x, 700 - 18 * line, sentence)

    return _drawn(draw)


def two_column_interleaved_pdf() -> bytes:
    """The same page drawn line by line across both columns, as a word processor draws a table."""

    def draw(canvas: Canvas) -> None:
        for line, sentences in enumerate(zip(LEFT, RIGHT, strict=True)):
            for x, sentence in zip((72, 324), sentences, strict=True):
                canvas.drawString(x, 700 - 18 * line, sentence)

    return _drawn(draw)


def plain_docx() -> bytes:
    document = Document()
    document.add_heading("Resume", level=0)
    document.add_paragraph(SENTENCE)
    out = io.BytesIO()
    document.save(out)
    return repack(out.getvalue())


def long_text() -> bytes:
    """More than 200,000 characters of ordinary sentences, each line different."""
    return "".join(f"{year}: {SENTENCE}\n" for year in range(2_700)).encode()


def _drawn(draw: Callable[[Canvas], object], encrypt: StandardEncryption | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1, encrypt=encrypt)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def _picture() -> Image.Image:
    """A grey page with a frame and a line of lettering."""
    picture = Image.new("L", (612, 792), 235)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 40, 572, 752), outline=60, width=2)
    pen.text((72, 72), "Resume of a scanned person", fill=20)
    return picture


FILES: dict[str, Callable[[], bytes]] = {
    "empty.pdf": bytes,
    "blank_page.pdf": blank_page_pdf,
    "too_big.pdf": too_big_pdf,
    "truncated.pdf": truncated_pdf,
    "encrypted.pdf": encrypted_pdf,
    "image_only.pdf": image_only_pdf,
    "png_named_pdf.pdf": png,
    "pdf_named_docx.docx": lambda: page_pdf(GREETING),
    "docx_named_pdf.pdf": plain_docx,
    "binary_named_txt.txt": lambda: b"Resume\x00\x01\x02" + bytes(range(256)) * 8,
    "blank.txt": lambda: b" \r\n\t\n" * 50,
    "hang.pdf": hostile_pdf.hang,
    "billion_laughs.pdf": hostile_pdf.billion_laughs,
    "memory.pdf": hostile_pdf.memory,
    "crash.pdf": hostile_pdf.crash,
    "zip_bomb.docx": hostile_docx.zip_bomb,
    "many_entries.docx": hostile_docx.many_entries,
    "deep_xml.docx": hostile_docx.deep_xml,
    "entity_bomb.docx": hostile_docx.entity_bomb,
    "external_entity.docx": hostile_docx.external_entity,
    "long_text.txt": long_text,
    "latin1.txt": lambda: LATIN1_TEXT.encode("cp1252"),
    "utf16.txt": lambda: b"\xff\xfe" + UTF16_TEXT.encode("utf-16-le"),
    "two_column.pdf": two_column_pdf,
    "two_column_interleaved.pdf": two_column_interleaved_pdf,
}


def write_bad_files(folder: Path, only: Collection[str] = tuple(FILES)) -> dict[str, Path]:
    """Write the files named in ``only`` (all, unless told) into ``folder``; file name → path.

    An unknown name raises :class:`KeyError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name in only:
        paths[name] = folder / name
        paths[name].write_bytes(FILES[name]())
    return paths


if __name__ == "__main__":
    for path in write_bad_files(Path(sys.argv[1])).values():
        print(f"{path.stat().st_size:>9}  {path.name}")
