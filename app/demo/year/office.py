"""Office documents, written as the formats' own ZIP packages: .odt, .ods, .docx, .xlsx. Plain: bytes out.

The same content gives the same bytes, so that it is kept once.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_OOXML = "http://schemas.openxmlformats.org/"


def odt(title: str, paragraphs: Iterable[str]) -> bytes:
    """A text document of LibreOffice with a heading and paragraphs."""
    body = "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    content = f'<office:text><text:h text:outline-level="1">{escape(title)}</text:h>{body}</office:text>'
    return _odf("application/vnd.oasis.opendocument.text", content)


def ods(sheet: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A spreadsheet of LibreOffice with one sheet of texts."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    table = f'<office:spreadsheet><table:table table:name="{escape(sheet)}">{lines}</table:table></office:spreadsheet>'
    return _odf("application/vnd.oasis.opendocument.spreadsheet", table)


def docx(title: str, paragraphs: Iterable[str]) -> bytes:
    """A text document of Word with a bold first line and paragraphs."""
    first = f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{escape(title)}</w:t></w:r></w:p>"
    body = first + "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    document = f'<w:document xmlns:w="{_OOXML}wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    return _package(
        {
            "[Content_Types].xml": _types(
                [
                    (
                        "/word/document.xml",
                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    )
                ]
            ),
            "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
            "word/document.xml": document,
        }
    )


def xlsx(sheet: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of Excel with one sheet of texts."""
    lines = "".join(
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    space = f"{_OOXML}spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    related = f"{_OOXML}officeDocument/2006/relationships"
    return _package(
        {
            "[Content_Types].xml": _types(
                [("/xl/workbook.xml", f"{kind}sheet.main+xml"), ("/xl/worksheets/sheet1.xml", f"{kind}worksheet+xml")]
            ),
            "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{related}"><sheets>'
            f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations([("worksheet", "worksheets/sheet1.xml")]),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData>{lines}</sheetData></worksheet>',
        }
    )


def _odf(kind: str, content: str) -> bytes:
    spaces = " ".join(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "text", "table"))
    manifest = f"{_ODF}manifest:1.0"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (("/", kind), ("content.xml", "text/xml"))
    )
    return _package(
        {
            "content.xml": f'<office:document-content {spaces} office:version="1.3"><office:body>{content}</office:body>'
            "</office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{manifest}" manifest:version="1.3">{entries}'
            "</manifest:manifest>",
        },
        kind=kind,
    )


def _types(parts: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts)
    return (
        f'<Types xmlns="{_OOXML}package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{lines}</Types>'
    )


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_OOXML}officeDocument/2006/relationships/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_OOXML}package/2006/relationships">{lines}</Relationships>'


def _package(parts: dict[str, str], kind: str = "") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        if kind:
            # An OpenDocument package names its type first, unpacked.
            package.writestr(_entry("mimetype"), kind, zipfile.ZIP_STORED)
        for name, text in parts.items():
            package.writestr(_entry(name), _HEAD + text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
