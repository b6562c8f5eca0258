"""A PDF written by hand, for files that no PDF library would write."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
GREETING = b"BT /F 12 Tf 72 720 Td (Resume) Tj ET "
FIRST_FREE = 6


def pdf(objects: Sequence[bytes]) -> bytes:
    """A file of numbered ``objects``, the first of them the catalogue, with a table of their offsets."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def page_pdf(content: bytes, resources: bytes = b"", more: Sequence[bytes] = (), contents: bytes = b"4 0 R") -> bytes:
    """One page with Helvetica as ``/F``. ``content`` is object 4; ``more`` are objects 6, 7, …"""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
        b"/Resources << /Font << /F 5 0 R >> %b >> /Contents %b >>" % (resources, contents)
    )
    return pdf([CATALOG, PAGES, page, stream(content), FONT, *more])


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object; ``entries`` go into its dictionary, the filter of already encoded data among them."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(data), data)


def deflated(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object of ``data``, compressed."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


def repeated_zlib(chunk: bytes, times: int) -> bytes:
    """The zlib stream (RFC 1950) of ``chunk`` repeated, without compressing each repetition anew.

    A full flush ends a deflate block on a byte boundary and forgets the window (RFC 1951), so that the
    compressed block may be repeated as it is.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 1
    for _ in range(times):
        checksum = zlib.adler32(chunk, checksum)
    return b"\x78\xda" + block * times + b"\x03\x00" + checksum.to_bytes(4, "big")
