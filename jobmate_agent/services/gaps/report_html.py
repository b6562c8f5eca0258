"""A stored report as a page of its own: Markdown to HTML, sanitised, without anything to fetch."""

from __future__ import annotations

from html import escape

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong"),
    *("table", "thead", "tbody", "tr", "th", "td", "hr", "br", "del", "a"),
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; color: #1c2430; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3 { line-height: 1.25 } h2 { margin-top: 2rem; border-bottom: 1px solid #d8dee6; padding-bottom: .3rem }
table { border-collapse: collapse; width: 100% } th, td { border: 1px solid #d8dee6; padding: .4rem .6rem }
th { background: #f3f5f8; text-align: left } td { vertical-align: top; overflow-wrap: anywhere }
blockquote { margin: .6rem 0; padding: .1rem 1rem; border-left: 3px solid #9fb3c8; color: #44566c }
code { background: #f3f5f8; padding: .1rem .3rem } pre { background: #f3f5f8; padding: .8rem; overflow-x: auto }
@media print { body { margin: 0; max-width: none } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def parser() -> MarkdownIt:
    """CommonMark with tables; HTML in the source stays text, and nothing becomes a link that was not one."""
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def to_html(report_md: str, title: str) -> str:
    """A whole HTML document."""
    body = nh3.clean(
        parser().render(report_md),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY.split("; frame-ancestors")[0]}">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n{body}</body></html>\n"
    )
