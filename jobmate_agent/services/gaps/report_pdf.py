"""A stored report as a PDF: Markdown tokens become flowables, fonts come from a package, nothing is fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it.token import Token
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from jobmate_agent.services.gaps import pdf_fonts
from jobmate_agent.services.gaps.report_html import parser

MARGIN = 18 * mm
INDENT = 6 * mm
BELOW_HEADING = 35 * mm
HEADING_SIZES = {"h1": 20.0, "h2": 14.5, "h3": 12.0, "h4": 11.0, "h5": 10.0, "h6": 10.0}
GREY, LINE = colors.HexColor("#44566c"), colors.HexColor("#d8dee6")
TITLE = "Skill gap report"


def to_pdf(report_md: str) -> bytes:
    """The document's bytes. The same report gives the same bytes."""
    pdf_fonts.register()
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=TITLE,
        invariant=1,
    )
    story = list(_Writer(parser().parse(report_md), document.width).flowables())
    document.build(story or [Spacer(1, 1)], onFirstPage=_footer, onLaterPages=_footer)
    return buffer.getvalue()


def _footer(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(pdf_fonts.REGULAR, 8)
    canvas.setFillColor(GREY)
    canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, str(document.page))
    canvas.restoreState()


class _Writer:
    """Walks the block tokens of one document. ``width`` is that of the text, in points."""

    def __init__(self, tokens: Sequence[Token], width: float) -> None:
        self._tokens = iter(tokens)
        self._width = width
        self._bullets: list[int | None] = []
        self._pending_bullet: str | None = None
        self._quotes = 0

    def flowables(self) -> Iterator[Flowable]:
        for token in self._tokens:
            yield from self._block(token)

    def _block(self, token: Token) -> Iterator[Flowable]:
        kind = token.type
        if kind == "heading_open":
            # Not keepWithNext: before a table it moves the whole table to the next page and leaves this one half empty.
            yield CondPageBreak(BELOW_HEADING)
            yield self._paragraph(next(self._tokens), _heading(token.tag))
        elif kind == "paragraph_open":
            yield self._paragraph(next(self._tokens), self._body())
        elif kind in ("bullet_list_open", "ordered_list_open"):
            first = token.attrGet("start")
            self._bullets.append(None if kind.startswith("bullet") else int(first if first is not None else 1))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._bullets.pop()
            yield Spacer(1, 2)
        elif kind == "list_item_open":
            self._pending_bullet = self._next_bullet()
        elif kind in ("blockquote_open", "blockquote_close"):
            self._quotes += 1 if kind.endswith("open") else -1
        elif kind in ("fence", "code_block"):
            lines = token.content.rstrip("\n").split("\n")
            text = "<br/>".join(pdf_fonts.marked_up(line) for line in lines)
            yield Paragraph(text, self._body())
        elif kind == "hr":
            yield HRFlowable(width="100%", color=LINE, spaceBefore=6, spaceAfter=6)
        elif kind == "table_open":
            yield from self._table()

    def _next_bullet(self) -> str:
        number = self._bullets[-1]
        if number is None:
            return "•"
        self._bullets[-1] = number + 1
        return f"{number}."

    def _body(self) -> ParagraphStyle:
        depth = len(self._bullets) + self._quotes
        return ParagraphStyle(
            "body",
            fontName=pdf_fonts.REGULAR,
            fontSize=9.5,
            leading=13.5,
            spaceAfter=2 if self._bullets else 5,
            leftIndent=INDENT * depth,
            bulletIndent=INDENT * max(0, depth - 1) + 2,
            textColor=GREY if self._quotes else colors.black,
            splitLongWords=1,
            alignment=TA_LEFT,
        )

    def _paragraph(self, inline: Token, style: ParagraphStyle) -> Paragraph:
        bullet, self._pending_bullet = self._pending_bullet, None
        return Paragraph(_inline(inline), style, bulletText=bullet)

    def _table(self) -> Iterator[Flowable]:
        rows: list[list[Paragraph]] = []
        cell, bold = _cell_style(bold=False), _cell_style(bold=True)
        for token in self._tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(Paragraph(_inline(next(self._tokens)), bold if token.type == "th_open" else cell))
        if not rows:
            return
        columns = max(map(len, rows))
        style = TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f3f5f8")),
            ]
        )
        yield Table(rows, colWidths=_column_widths(rows, columns, self._width), style=style, repeatRows=1)
        yield Spacer(1, 6)


def _column_widths(rows: Sequence[Sequence[Paragraph]], columns: int, width: float) -> list[float]:
    """Shared out by the square root of each column's longest text, so that no column starves."""
    longest = [max((len(row[n].getPlainText()) for row in rows if n < len(row)), default=1) for n in range(columns)]
    shares = [max(4, length) ** 0.5 for length in longest]
    return [width * share / sum(shares) for share in shares]


def _heading(tag: str) -> ParagraphStyle:
    size = HEADING_SIZES.get(tag, 10.0)
    return ParagraphStyle(
        tag,
        fontName=pdf_fonts.BOLD,
        fontSize=size,
        leading=size * 1.3,
        spaceBefore=size * 0.7,
        spaceAfter=4,
    )


def _cell_style(*, bold: bool) -> ParagraphStyle:
    name = pdf_fonts.BOLD if bold else pdf_fonts.REGULAR
    return ParagraphStyle("cell", fontName=name, fontSize=8.5, leading=11.5, splitLongWords=1)


_OPENING = {"strong_open": "<b>", "em_open": "<i>", "s_open": "<strike>"}
_CLOSING = {"strong_close": "</b>", "em_close": "</i>", "s_close": "</strike>"}


def _inline(token: Token) -> str:
    """The text of an inline token in reportlab's markup; links and images are their text."""
    parts: list[str] = []
    for child in token.children or ():
        if child.type in _OPENING:
            parts.append(_OPENING[child.type])
        elif child.type in _CLOSING:
            parts.append(_CLOSING[child.type])
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("<br/>")
        elif child.type in ("text", "code_inline", "html_inline", "image"):
            parts.append(pdf_fonts.marked_up(child.content))
    return "".join(parts)
