"""The gates: is this file a workbook, and is it safe to read. Nothing of it is believed before.

Sizes are counted while unpacking, never taken from the file's own word; macros are neither run nor read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

LARGEST_FILE = 50_000_000
LARGEST_MEMBER = 256_000_000
LARGEST_ALL = 600_000_000
LARGEST_RATIO = 250
RATIO_COUNTS_FROM = 4_000_000
MOST_MEMBERS = 2_000
CHUNK = 1_000_000
SAVE_AS_XLSX = "Open it in Excel and save it as an Excel workbook (.xlsx)."
SEND_AGAIN = "Save the workbook again in Excel and upload that file."


class NotAdmitted(Exception):
    """A file that is refused before it is read: why, what to do, and a stable code."""

    def __init__(self, message: str, fix: str, rule: str) -> None:
        super().__init__(message)
        self.message, self.fix, self.rule = message, fix, rule


def kind_of(content: bytes, name: str) -> str:
    """``xlsx`` or ``csv``, by what the file holds. Raises NotAdmitted for anything else."""
    if name.rpartition("/")[2].startswith("~$"):
        raise NotAdmitted(
            "This is the lock file that Excel keeps while a workbook is open, not the workbook.",
            "Close the workbook and upload the file without “~$” in its name.",
            "wb-lock-file",
        )
    if len(content) > LARGEST_FILE:
        raise too_large()
    if not content:
        raise NotAdmitted("The file is empty.", SEND_AGAIN, "wb-not-a-workbook")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _old_or_encrypted(content)
    is_named_excel = name.lower().endswith((".xlsx", ".xlsm"))
    if content.startswith(b"PK\x03\x04"):
        return "xlsx"
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotAdmitted("This file is not a workbook.", SAVE_AS_XLSX, "wb-not-a-workbook")
    if content.lstrip()[:1] == b"<":
        raise NotAdmitted(
            "This file is a web page or XML, not a workbook.", SAVE_AS_XLSX, "wb-not-a-workbook"
        )
    if is_named_excel:
        raise NotAdmitted(
            "The name says Excel workbook, but the file holds plain text such as CSV.",
            "Save it in Excel as a workbook, or give it the name ending .csv.",
            "wb-csv-named-xlsx",
        )
    return "csv"


def too_large() -> NotAdmitted:
    """The refusal of a file beyond the limit."""
    return NotAdmitted(
        f"The file is larger than {LARGEST_FILE // 1_000_000} MB.",
        "Take out pictures and unused sheets, or split the lines into several files.",
        "wb-too-large",
    )


def _old_or_encrypted(content: bytes) -> NotAdmitted:
    """Why a file in Microsoft's older container is refused."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return NotAdmitted(
            "The workbook is encrypted with a password.",
            "Open it in Excel, take off the password (File, Info, Protect Workbook) and save it.",
            "wb-encrypted",
        )
    return NotAdmitted("This is a workbook in the format of Excel 97.", SAVE_AS_XLSX, "wb-old-format")


class Package:
    """The zip package of a workbook, opened with suspicion."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as why:
            raise damaged() from why
        self._members = {member.filename.lstrip("/"): member for member in self._archive.infolist()}
        self._admit()

    def _admit(self) -> None:
        members = self._archive.infolist()
        if len(members) > MOST_MEMBERS or len(self._members) != len(members):
            raise NotAdmitted("The file holds too many or doubled parts.", SEND_AGAIN, "wb-zip-bomb")
        if any(member.flag_bits & 1 for member in members):
            raise NotAdmitted("The file is encrypted with a password.", SEND_AGAIN, "wb-encrypted")
        if sum(member.file_size for member in members) > LARGEST_ALL:
            raise bomb()
        if "xl/workbook.bin" in self._members:
            raise NotAdmitted("This is a binary workbook (.xlsb).", SAVE_AS_XLSX, "wb-old-format")
        if "xl/workbook.xml" not in self._members:
            raise NotAdmitted("This file is not an Excel workbook.", SAVE_AS_XLSX, "wb-not-a-workbook")

    @property
    def names(self) -> list[str]:
        """The parts of the package."""
        return list(self._members)

    def chunks(self, name: str) -> Iterator[bytes]:
        """One part unpacked piece by piece. Raises NotAdmitted beyond the limits of size and ratio."""
        member = self._members.get(name)
        if member is None:
            return
        packed = self._packed(member)
        size = 0
        for piece in _unpacked(packed, member.compress_type):
            size += len(piece)
            is_thin = size > RATIO_COUNTS_FROM and size > LARGEST_RATIO * max(len(packed), 1)
            if size > LARGEST_MEMBER or is_thin:
                raise bomb()
            yield piece
        if size != member.file_size:
            raise damaged()

    def part_as_it_is(self, name: str) -> bytes:
        """One whole part, for copying; empty when there is none."""
        return b"".join(self.chunks(name))

    def part(self, name: str) -> bytes:
        """One whole part, safe to parse; empty when there is none."""
        found = self.part_as_it_is(name)
        refuse_entities(found)
        return found

    def _packed(self, member: zipfile.ZipInfo) -> bytes:
        """The packed bytes of a part, found by its own header."""
        head = self._content[member.header_offset : member.header_offset + 30]
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            raise damaged()
        begins = member.header_offset + 30 + int.from_bytes(head[26:28], "little")
        begins += int.from_bytes(head[28:30], "little")
        return self._content[begins : begins + member.compress_size]

    def sheets(self) -> dict[str, str]:
        """The part that holds each sheet, by the sheet's name."""
        book, links = self.part("xl/workbook.xml"), self.part("xl/_rels/workbook.xml.rels")
        targets: dict[str, str] = {}
        for link in re.findall(_tags(rb"Relationship"), links):
            facts = _attributes(link)
            if facts.get("Id", "") in targets:
                raise damaged()
            target = facts.get("Target", "")
            targets[facts.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found = {}
        for tag in re.findall(_tags(rb"sheet"), book):
            facts = _attributes(tag)
            link_id = next((value for name, value in facts.items() if name.endswith(":id")), "")
            found[facts.get("name", "")] = targets.get(link_id, "")
        return found

    @property
    def counts_from_1904(self) -> bool:
        """Whether days are counted from 1904, as old Excel for the Macintosh did."""
        return bool(re.search(rb"""date1904\s*=\s*["'](1|true)["']""", self.part("xl/workbook.xml")))


def _tags(name: bytes) -> bytes:
    """The pattern of an XML tag, whose quoted attributes may hold any sign."""
    return rb"<(?:\w+:)?" + name + rb"""\s(?:"[^"]*"|'[^']*'|[^>"'])*>"""


def _unpacked(packed: bytes, method: int) -> Iterator[bytes]:
    """Packed bytes in pieces of bounded size, whatever size they claim to have."""
    if method == zipfile.ZIP_STORED:
        yield from (packed[at : at + CHUNK] for at in range(0, len(packed), CHUNK))
        return
    if method != zipfile.ZIP_DEFLATED:
        raise damaged()
    machine = zlib.decompressobj(-15)
    rest = packed
    try:
        while rest and not machine.eof:
            yield machine.decompress(rest, CHUNK)
            rest = machine.unconsumed_tail
        yield machine.flush()
    except zlib.error as why:
        raise damaged() from why


def refuse_entities(xml: bytes) -> None:
    """Refuses XML that declares a document type or entities, or is not in UTF-8: Excel writes neither."""
    if b"!" in xml and (b"<!DOCTYPE" in xml or b"<!ENTITY" in xml):
        raise NotAdmitted(
            "The file declares XML entities, which no workbook needs and attackers use.",
            SEND_AGAIN,
            "wb-xml-entities",
        )
    if b"\0" in xml[:200] or re.search(rb"encoding\s*=\s*[\"'](?!utf-8|us-ascii)", xml[:200], re.IGNORECASE):
        raise damaged()


def damaged() -> NotAdmitted:
    """The refusal of a package that does not hold together."""
    return NotAdmitted("The file is damaged and cannot be read.", SEND_AGAIN, "wb-damaged")


def bomb() -> NotAdmitted:
    """The refusal of a file that unpacks to far more than a workbook of this size holds."""
    return NotAdmitted(
        "The file unpacks to far more than a workbook of filings can hold.",
        "Copy the filled rows into a fresh copy of the workbook and upload that.",
        "wb-zip-bomb",
    )


def _attributes(tag: bytes) -> dict[str, str]:
    """The attributes of one XML tag."""
    pairs = re.findall(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return {
        name.decode(): unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in pairs
    }
