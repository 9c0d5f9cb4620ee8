"""Files that mean harm: small to send, large or endless to read, or something else than they say.

Each is a function that writes one file into a folder and gives its path; `BOMBS` names them all. Nothing here is
larger than some twenty megabytes, except what is a hole in a file system that has holes.
"""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlwt

Bomb = Callable[[Path], Path]

OLD_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEGABYTE = 1 << 20

TYPES = b"""<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""
RELATIONS = b"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="xl/workbook.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""
PARTS = b"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="%s"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>
<Relationship Id="rId2" Target="sharedStrings.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>
<Relationship Id="rId3" Target="styles.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/></Relationships>"""
SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATION_SPACE = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def workbook(
    path: Path,
    *,
    sheet: bytes = b"",
    strings: bytes = b"",
    styles: bytes = b"",
    before: bytes = b"",
    target: bytes = b"worksheets/sheet1.xml",
    others: dict[str, bytes] | None = None,
    sheets: bytes = b'<sheet name="s" sheetId="1" r:id="rId1"/>',
) -> Path:
    """A workbook put together by hand; `before` stands before the root of every part of XML."""
    body = sheet or b'<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
    strings = strings or b'<sst %s count="1" uniqueCount="1"><si><t>name</t></si></sst>' % SPACE
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS,
        "xl/workbook.xml": b"%s<workbook %s %s><sheets>%s</sheets></workbook>"
        % (before, SPACE, RELATION_SPACE, sheets),
        "xl/_rels/workbook.xml.rels": PARTS % target,
        "xl/worksheets/sheet1.xml": b"%s<worksheet %s>%s</worksheet>" % (before, SPACE, body),
        "xl/sharedStrings.xml": before + strings,
        "xl/styles.xml": styles or b"<styleSheet %s/>" % SPACE,
    } | (others or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def strings_of(content: bytes, declared: int = 1) -> bytes:
    """A table of shared strings."""
    return b'<sst %s count="%d" uniqueCount="%d">%s</sst>' % (SPACE, declared, declared, content)


def ratio(folder: Path) -> Path:
    """A thousand times its size."""
    return workbook(folder / "ratio.xlsx", sheet=b"<sheetData>" + b" " * (190 * MEGABYTE) + b"</sheetData>")


def unpacked(folder: Path) -> Path:
    """More than 200 MB, at a ratio that is still allowed."""
    noise = random.Random(1).randbytes(3 * MEGABYTE)
    return workbook(folder / "unpacked.xlsx", others={"xl/media/a.bin": noise, "xl/b.xml": b"0" * (210 * MEGABYTE)})


def lying_directory(folder: Path) -> Path:
    """A part that is larger than the directory says."""
    path = workbook(folder / "lying.xlsx", others={"xl/worksheets/sheet2.xml": b"0" * (60 * MEGABYTE)})
    content = bytearray(path.read_bytes())
    at = content.rindex(b"xl/worksheets/sheet2.xml") - 46 + 24
    struct.pack_into("<I", content, at, 1000)
    path.write_bytes(content)
    return path


def overlapping(folder: Path) -> Path:
    """Ten thousand parts that are all the same bytes: one kernel, quoted again and again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (4 * MEGABYTE))
    content = buffer.getvalue()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[start:end]
    entries = entry * 10_000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10_000, 10_000, len(entries), start, 0)
    (folder / "overlapping.xlsx").write_bytes(content[:start] + entries + tail)
    return folder / "overlapping.xlsx"


def many_parts(folder: Path) -> Path:
    """A directory of forty thousand parts of nothing."""
    with zipfile.ZipFile(folder / "parts.xlsx", "w") as archive:
        for number in range(40_000):
            archive.writestr(f"{number:x}", b"")
    return folder / "parts.xlsx"


def endless_directory(folder: Path) -> Path:
    """A directory that says it takes a gigabyte."""
    path = workbook(folder / "directory.xlsx")
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.rindex(b"PK\x05\x06") + 12, 1 << 30)
    path.write_bytes(content)
    return path


def nested(folder: Path) -> Path:
    """An archive within an archive within an archive, the innermost all zeros, named like a workbook."""
    content = b"0" * (8 * MEGABYTE)
    for depth in range(6):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(8):
                archive.writestr(f"{depth}-{copy}.zip", content)
        content = buffer.getvalue()
    (folder / "nested.xlsx").write_bytes(content)
    return folder / "nested.xlsx"


def billion_laughs(folder: Path) -> Path:
    """Ten entities, each ten times the one before."""
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return workbook(
        folder / "laughs.xlsx",
        before=b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">' + entities + b"]>",
        strings=strings_of(b"<si><t>&l9;</t></si>"),
    )


def quadratic(folder: Path) -> Path:
    """One long entity, named fifty thousand times."""
    return workbook(
        folder / "quadratic.xlsx",
        before=b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "' + b"a" * 100_000 + b'">]>',
        strings=strings_of(b"<si><t>" + b"&a;" * 50_000 + b"</t></si>"),
    )


def external_file(folder: Path) -> Path:
    """An entity that is a file of the server."""
    return workbook(
        folder / "external.xlsx",
        before=b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        strings=strings_of(b"<si><t>&a;</t></si>"),
    )


def external_address(folder: Path) -> Path:
    """A document type that would have to be fetched."""
    return workbook(
        folder / "address.xlsx",
        before=b'<?xml version="1.0"?><!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd"><!-- -->',
        strings=strings_of(b"<si><t>&a;</t></si>"),
    )


def declared_strings(folder: Path) -> Path:
    """Four thousand million strings announced, one given, none found."""
    return workbook(
        folder / "declared.xlsx",
        strings=strings_of(b"", declared=4_294_967_295),
        sheet=b'<sheetData><row r="1"><c r="A1" t="s"><v>4294967294</v></c></row></sheetData>',
    )


def many_strings(folder: Path) -> Path:
    """Ten million empty strings: little to unpack, much to hold."""
    noise = random.Random(2).randbytes(2 * MEGABYTE)
    return workbook(
        folder / "strings.xlsx", strings=strings_of(b"<si><t/></si>" * 10_000_000), others={"xl/media/a.bin": noise}
    )


def long_string(folder: Path) -> Path:
    """A cell of a hundred million letters."""
    noise = random.Random(3).randbytes(2 * MEGABYTE)
    strings = strings_of(b"<si><t>" + b"a" * 100_000_000 + b"</t></si>")
    return workbook(folder / "long.xlsx", strings=strings, others={"xl/media/a.bin": noise})


def corners(folder: Path) -> Path:
    """Two cells, at opposite corners of the largest sheet there is."""
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return workbook(folder / "corners.xlsx", sheet=b"<sheetData>" + cells + b"</sheetData>")


def declared_dimension(folder: Path) -> Path:
    """One cell under a dimension of all there could be, and further than Excel goes."""
    body = b'<dimension ref="A1:ZZZZZZ99999999"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    return workbook(folder / "dimension.xlsx", sheet=body)


def rows_beyond_excel(folder: Path) -> Path:
    """A row of a number that no sheet has."""
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="4294967295"><c r="A4294967295"><v>1</v></c></row>'
    return workbook(folder / "beyond.xlsx", sheet=b"<sheetData>" + cells + b"</sheetData>")


def many_rows(folder: Path) -> Path:
    """More rows than are taken, each of one cell."""
    noise = random.Random(4).randbytes(2 * MEGABYTE)
    body = b"<row><c><v>1</v></c></row>" * 4_000_000
    return workbook(folder / "rows.xlsx", sheet=b"<sheetData>" + body + b"</sheetData>", others={"xl/a.bin": noise})


def wide_row(folder: Path) -> Path:
    """One row of two million cells."""
    noise = random.Random(5).randbytes(2 * MEGABYTE)
    body = b"<sheetData><row>" + b"<c><v>1</v></c>" * 2_000_000 + b"</row></sheetData>"
    return workbook(folder / "wide.xlsx", sheet=body, others={"xl/a.bin": noise})


def many_sheets(folder: Path) -> Path:
    """A hundred thousand sheets that are all the same one."""
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(100_000))
    body = b"<sheetData>" + b'<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 100 + b"</sheetData>"
    return workbook(folder / "sheets.xlsx", sheet=body, sheets=sheets)


def deep_elements(folder: Path) -> Path:
    """Elements within elements, three million deep."""
    noise = random.Random(6).randbytes(MEGABYTE)
    body = b"<sheetData><row><c>" + b"<a>" * 3_000_000
    return workbook(folder / "deep.xlsx", sheet=body, others={"xl/a.bin": noise})


def deep_styles(folder: Path) -> Path:
    """Six million looks of cells."""
    noise = random.Random(7).randbytes(2 * MEGABYTE)
    looks = b'<numFmts><numFmt numFmtId="164" formatCode="' + b"y" * 1_000_000 + b'"/></numFmts>'
    looks += b"<cellXfs>" + b'<xf numFmtId="164"/>' * 6_000_000 + b"</cellXfs>"
    styles = b"<styleSheet %s>%s</styleSheet>" % (SPACE, looks)
    return workbook(folder / "styles.xlsx", styles=styles, others={"xl/a.bin": noise})


def traversing_names(folder: Path) -> Path:
    """Parts with names that lead out of the archive, and the sheet being one of them."""
    secret = {"../../../../tmp/zhike-was-here": b"x", "/etc/passwd": b"x", "C:\\a": b"x", "xl/../../b": b"x"}
    return workbook(folder / "names.xlsx", target=b"../../../../../../etc/passwd", others=secret)


def linked_part(folder: Path) -> Path:
    """A sheet that is a link to a file of the server."""
    path = folder / "link.xlsx"
    with zipfile.ZipFile(workbook(folder / "whole.xlsx")) as source, zipfile.ZipFile(path, "w") as archive:
        for part in source.namelist():
            if part != "xl/worksheets/sheet1.xml":
                archive.writestr(part, source.read(part))
        link = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return path


def locked_part(folder: Path) -> Path:
    """An archive with the mark of a password on its parts."""
    path = workbook(folder / "locked.xlsx")
    content = bytearray(path.read_bytes())
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    path.write_bytes(content)
    return path


def encrypted(folder: Path) -> Path:
    """What Excel saves with a password."""
    content = OLD_MAGIC + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 500
    (folder / "encrypted.xlsx").write_bytes(content)
    return folder / "encrypted.xlsx"


def old_rubbish(folder: Path) -> Path:
    """The mark of an old workbook, and noise behind it."""
    (folder / "rubbish.xls").write_bytes(OLD_MAGIC + random.Random(8).randbytes(2 * MEGABYTE))
    return folder / "rubbish.xls"


def old_endless_chain(folder: Path) -> Path:
    """An old workbook whose parts lead back to themselves."""
    book = xlwt.Workbook()
    book.add_sheet("s").write(0, 0, "x")
    book.save(str(folder / "chain.xls"))
    content = bytearray((folder / "chain.xls").read_bytes())
    first = struct.unpack_from("<I", content, 76)[0]
    table = 512 * (first + 1)
    for entry in range(128):
        struct.pack_into("<I", content, table + 4 * entry, entry)
    (folder / "chain.xls").write_bytes(content)
    return folder / "chain.xls"


def old_far_cell(folder: Path) -> Path:
    """An old workbook with cells at the opposite corners."""
    book = xlwt.Workbook()
    for number in range(200):
        sheet = book.add_sheet(f"s{number}")
        sheet.write(0, 0, 1)
        sheet.write(65_535, 255, 1)
    book.save(str(folder / "far.xls"))
    return folder / "far.xls"


def wrong_magic(folder: Path) -> Path:
    """A table of text that calls itself an old workbook."""
    (folder / "text.xls").write_bytes("编号,名称\nC1,甲\n".encode("gbk"))
    return folder / "text.xls"


def web_page(folder: Path) -> Path:
    """What some exports call .xls."""
    (folder / "page.xls").write_bytes(b"\xef\xbb\xbf<html><script>alert(1)</script></html>")
    return folder / "page.xls"


def polyglot_picture(folder: Path) -> Path:
    """A picture before, a workbook behind."""
    content = workbook(folder / "plain.xlsx").read_bytes()
    (folder / "picture.xlsx").write_bytes(b"GIF89a" + b"\x00" * 100 + content)
    return folder / "picture.xlsx"


def polyglot_program(folder: Path) -> Path:
    """A workbook with a program in front of it."""
    content = workbook(folder / "plain.xlsx").read_bytes()
    (folder / "program.csv").write_bytes(b"MZ\x90\x00" + b"\x00" * 60 + content)
    return folder / "program.csv"


def text_one_line(folder: Path) -> Path:
    """A gigabyte without an end of line; for the disk it is a hole."""
    path = folder / "line.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        os.truncate(path, 1 << 30)
    return path


def text_long_line(folder: Path) -> Path:
    """A line as long as a whole file may be, of letters that take four bytes each."""
    (folder / "letters.csv").write_bytes(b"a,b\n" + "😀".encode() * 4_900_000)
    return folder / "letters.csv"


def text_commas(folder: Path) -> Path:
    """A line of nineteen million cells."""
    (folder / "commas.csv").write_bytes(b"a,b\n" + b"," * 19_000_000)
    return folder / "commas.csv"


def text_open_quote(folder: Path) -> Path:
    """A quotation mark that is never closed."""
    (folder / "quote.csv").write_bytes(b'a,b\n"' + b"x,y\n" * 4_500_000)
    return folder / "quote.csv"


def text_many_rows(folder: Path) -> Path:
    """More rows than are taken."""
    (folder / "rows.csv").write_bytes(b"a,b\n" + b"1,2\n" * 4_000_000)
    return folder / "rows.csv"


def text_nulls(folder: Path) -> Path:
    """Bytes that are no text."""
    (folder / "nulls.csv").write_bytes(b"a,b\n" + b"\x00" * 5_000_000)
    return folder / "nulls.csv"


BOMBS: tuple[Bomb, ...] = (
    ratio, unpacked, lying_directory, overlapping, many_parts, endless_directory, nested, billion_laughs, quadratic,
    external_file, external_address, declared_strings, many_strings, long_string, corners, rows_beyond_excel,
    many_rows, wide_row, many_sheets, deep_elements, deep_styles, traversing_names, linked_part,
    locked_part, encrypted, old_rubbish, old_endless_chain, old_far_cell, wrong_magic, web_page, polyglot_picture,
    polyglot_program, text_one_line, text_long_line, text_commas, text_open_quote, text_many_rows, text_nulls,
)  # fmt: skip

HARMLESS: tuple[Bomb, ...] = (declared_dimension,)
