"""What Word documents hold besides plain paragraphs."""

from __future__ import annotations

import io

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from jobmate_agent.services.documents.plain import clean_text
from jobmate_agent.services.documents.word import read_docx

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def read(*elements: str, prepare: object = None) -> str:
    document = Document()
    for element in elements:
        tag, _, rest = element.partition(">")
        opened = f"{tag} {nsdecls('w')} {MC} {WPS}>{rest}" if not tag.endswith("/") else element
        document.element.body.insert(len(document.element.body) - 1, parse_xml(opened))
    if callable(prepare):
        prepare(document)
    out = io.BytesIO()
    document.save(out)
    return clean_text(read_docx(out.getvalue()).text)


def test_content_controls_and_insertions_are_read_deletions_are_not() -> None:
    text = read(
        f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('Skills')}</w:sdtContent></w:sdt>",
        "<w:p><w:ins w:id='1' w:author='a'><w:r><w:t>Wound care</w:t></w:r></w:ins>"
        "<w:del w:id='2' w:author='a'><w:r><w:delText>Surfing</w:delText></w:r></w:del></w:p>",
        "<w:p><w:sdt><w:sdtContent><w:r><w:t>Triage</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:t> daily</w:t></w:r></w:p>",
    )
    assert text.split("\n") == ["Skills", "Wound care", "Triage daily"]


def test_text_boxes_are_read_once_line_by_line() -> None:
    box = f"<w:txbxContent>{paragraph('Python')}{paragraph('Docker')}</w:txbxContent>"
    text = read(
        f"<w:p><w:r><w:t>Before</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:wsp><wps:txbx>{box}"
        f"</wps:txbx></wps:wsp></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert text.split("\n") == ["Before", "Python", "Docker"]


def test_tabs_and_breaks_keep_words_apart() -> None:
    stops = "<w:pPr><w:tabs><w:tab w:val='left' w:pos='1'/></w:tabs></w:pPr>"
    text = read(
        f"<w:p>{stops}<w:r><w:t>Cook</w:t><w:tab/><w:t>2019</w:t><w:br/><w:t>Grill</w:t>"
        "<w:noBreakHyphen/><w:t>master</w:t></w:r></w:p>"
    )
    assert text == "Cook    2019\nGrill-master"


def test_list_items_have_a_bullet() -> None:
    numbered = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    styled = "<w:pPr><w:pStyle w:val='ListBullet'/></w:pPr>"
    heading = "<w:pPr><w:pStyle w:val='Heading1'/></w:pPr>"
    text = read(paragraph("Grill", numbered), paragraph("Fryer", styled), paragraph("Skills", heading), paragraph("x"))
    assert text.split("\n") == ["• Grill", "• Fryer", "Skills", "x"]


def test_data_tables_read_by_row_layout_tables_by_cell() -> None:
    def tables(document: Document) -> None:
        data = document.add_table(2, 2)
        for cell, value in zip(
            [cell for row in data.rows for cell in row.cells], ("Tool", "Years", "SQL", "4"), strict=True
        ):
            cell.text = value
        layout = document.add_table(1, 2)
        layout.cell(0, 0).text = "Contact\nPort Ellery"
        layout.cell(0, 1).text = "Experience\nNurse"
        inner = layout.cell(0, 1).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "2019", "Clinic"

    expected = ["Tool   Years", "SQL   4", "Contact", "Port Ellery", "Experience", "Nurse", "2019   Clinic"]
    assert read(prepare=tables).split("\n") == expected


def test_merged_cells_are_read_once() -> None:
    def merged(document: Document) -> None:
        table = document.add_table(2, 3)
        table.cell(0, 0).merge(table.cell(0, 2)).text = "Skills"
        table.cell(1, 0).text, table.cell(1, 2).text = "SQL", "SQL"

    assert read(prepare=merged).split("\n") == ["Skills", "SQL   SQL"]


def test_headers_hold_contact_details_and_are_read_once() -> None:
    def headers(document: Document) -> None:
        section = document.sections[0]
        section.different_first_page_header_footer = True
        section.first_page_header.paragraphs[0].text = "Kim Example, 555-0100"
        section.header.paragraphs[0].text = "Kim Example"
        document.add_section()
        document.add_paragraph("Nurse")

    assert read(prepare=headers).split() == ["Kim", "Example,", "555-0100", "Kim", "Example", "Nurse"]
