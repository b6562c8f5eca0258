"""DOCX packages that are small on disk and large, deep or treacherous once opened."""

from __future__ import annotations

import io
import zipfile

from docx import Document

from tests.tools.make_samples import ZIP_EPOCH

DOCUMENT = "word/document.xml"
HEAD = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>%b<w:document '
    b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)
TAIL = b"</w:body></w:document>"
LAUGHS = b"".join(b"<!ENTITY %c '%b'>" % (letter, b"&%c;" % (letter - 1) * 10) for letter in b"bcdefghij")
BOMB_TYPE = b"<!DOCTYPE w:document [<!ENTITY a 'nurse '>%b]>" % LAUGHS
FILE_TYPE = b"<!DOCTYPE w:document [<!ENTITY file SYSTEM 'file:///etc/passwd'>]>"


def paragraph(text: bytes) -> bytes:
    return b"<w:p><w:r><w:t>%b</w:t></w:r></w:p>" % text


def zip_bomb(mebibytes: int = 256) -> bytes:
    """``document.xml`` expands to more than ``mebibytes``; the package has some hundred kilobytes."""
    line = paragraph(b"skills " * 140)
    return _package([HEAD % b"", *[line * 1024] * (mebibytes * 1024**2 // (len(line) * 1024) + 1), TAIL])


def many_entries(entries: int = 20_000) -> bytes:
    """A readable document among ``entries`` small members in nested folders, one of them a package again."""
    body = [HEAD % b"", paragraph(b"Registered nurse, wound care"), TAIL]
    extra = {f"word/media/{number % 100}/{number}.txt": b"" for number in range(entries)}
    return _package(body, {"word/embeddings/inner.docx": _package(body), **extra})


def deep_xml(depth: int = 100_000) -> bytes:
    """Tables in tables, ``depth`` levels down."""
    opening, closing = b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>"
    return _package([HEAD % b"", opening * depth, paragraph(b"deep"), closing * depth, TAIL])


def entity_bomb() -> bytes:
    """Entities made of entities: expanded, the one paragraph has six thousand million characters."""
    return _package([HEAD % BOMB_TYPE, paragraph(b"Resume &j;"), TAIL])


def external_entity() -> bytes:
    """An entity that points at a file of the host; whoever follows it shows the file to the uploader."""
    return _package([HEAD % FILE_TYPE, paragraph(b"Resume of &file;"), TAIL])


def _package(body: list[bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """An otherwise ordinary DOCX with ``body``, written piece by piece, as its ``document.xml``."""
    plain, out = io.BytesIO(), io.BytesIO()
    Document().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w") as new:
        members = {name: [old.read(name)] for name in old.namelist()}
        members[DOCUMENT] = body
        members |= {name: [content] for name, content in (extra or {}).items()}
        for name, pieces in members.items():
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            with new.open(info, "w") as member:
                for piece in pieces:
                    member.write(piece)
    return out.getvalue()
