"""A reportlab canvas whose pages carry their structure: PDF/UA-1 (ISO 14289-1) over ISO 32000-1, 14.7.

What is read aloud is drawn within an element; all else is an artifact. Pages, and elements that are done,
are written to the file at once.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reporting.lettering import REGULAR, face
from reporting.objects import ObjectFile

LANGUAGE = "en-US"
PRODUCER = "Headgate"


class Verbatim(pdfdoc.PDFObject):
    """An object that knows its own body."""

    __RefOnly__ = 1

    def __init__(self, body: str = "") -> None:
        self.body = body

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        """The body as bytes."""
        return self.body.encode("latin-1")


class Element:
    """An element of the structure that is still open: its type, its parent, and what it holds so far."""

    __slots__ = ("entries", "kids", "number", "page", "parent", "tag")

    def __init__(self, number: int, tag: str, parent: int, entries: str) -> None:
        self.number, self.tag, self.parent, self.entries = number, tag, parent, entries
        self.kids: list[str] = []
        self.page = 0

    def body(self) -> str:
        """Its dictionary."""
        page = f"/Pg {self.page} 0 R" if self.page else ""
        return f"<</S/{self.tag}/P {self.parent} 0 R{page}{self.entries}/K[{' '.join(self.kids)}]>>"


class TaggedDocument(pdfdoc.PDFDocument):
    """A document that writes itself to an ``ObjectFile``; reportlab's own objects follow at the end."""

    Catalog: Any

    def __init__(self, moment: datetime) -> None:
        super().__init__(compression=1, invariant=1, pdfVersion=(1, 7), lang=LANGUAGE)
        self._timeStamp = TimeStamp(1)
        self._timeStamp.YMDhms = moment.astimezone(UTC).timetuple()[:6]
        self.file = ObjectFile()

    def claim(self, count: int = 1) -> int:
        """The first of ``count`` new object numbers in a row."""
        first = self.objectcounter + 1
        self.objectcounter += count
        return first

    def register(self, body: Verbatim, name: str | None = None) -> int:
        """The number of an object whose body is filled later."""
        return self.number_of(self.Reference(body, name))

    def number_of(self, reference: pdfdoc.PDFObjectReference) -> int:
        """The object number behind one of reportlab's references."""
        return self.idToObjectNumberAndVersion[reference.name][0]

    def pack(self, *objects: tuple[int, str]) -> None:
        """Write finished small objects, by number and body."""
        self.file.pack(*objects)
        while self.file.is_full:
            self.file.flush(self.claim())

    def format(self) -> bytes:
        """The whole file: what reportlab holds (fonts, outlines, catalog) after what is written already."""
        root, info = self.Reference(self.Catalog), self.Reference(self.info)
        done: set[int] = set()
        while waiting := [number for number in self.numberToId if number not in done]:
            for number in waiting:
                done.add(number)
                body = pdfdoc.format(self.idToObject[self.numberToId[number]], self, toplevel=1)
                # A line end before endstream, which reportlab leaves out (ISO 19005-2, 6.1.7.1).
                self.file.put(
                    number,
                    body.removesuffix(b"endstream\n").rstrip(b"\n") + b"\nendstream"
                    if body.endswith(b"endstream\n")
                    else body,
                )
        while self.file.flush(self.claim()):
            pass
        return self.file.finish(self.objectcounter, root=self.number_of(root), info=self.number_of(info))


class TaggedCanvas(Canvas):
    """Draws pages and their structure. ``tree`` is the Document element that holds all others."""

    _code: list[str]
    _pagesize: tuple[float, float]
    _startPage: Callable[[], None]

    def __init__(self, moment: datetime, *, title: str, author: str, subject: str) -> None:
        face(REGULAR)
        first: Any = REGULAR
        super().__init__(BytesIO(), initialFontName=first, invariant=1, pageCompression=1)
        self._doc = TaggedDocument(moment)
        self._moment = moment.astimezone(UTC)
        for name, value in (
            ("title", title),
            ("author", author),
            ("subject", subject or title),
            ("creator", PRODUCER),
            ("producer", PRODUCER),
        ):
            setattr(self._doc.info, name, value)
        self._root = Verbatim()
        self.tree = Element(self._doc.claim(), "Document", self._doc.register(self._root), "")
        self._sheets: list[int] = []
        self._feet: list[int] = []
        self._parents: list[str] = []
        self._faces: dict[tuple[str, float], str] = {}
        self.heading_count = 0
        self._leaves = Verbatim()
        self._leaves_number = self._doc.register(self._leaves)
        self._fonts_number = self._doc.number_of(pdfdoc.PDFObjectReference("BasicFonts"))

    # Structure

    def element(self, tag: str, parent: Element, entries: str = "") -> Element:
        """A new element under ``parent``; it is written by ``close``."""
        made = Element(self._doc.claim(), tag, parent.number, entries)
        parent.kids.append(f"{made.number} 0 R")
        return made

    def close(self, element: Element) -> None:
        """Write an element that holds all it will hold."""
        self._doc.pack((element.number, element.body()))

    @contextmanager
    def marked(self, element: Element) -> Iterator[None]:
        """What is drawn within is content of the element."""
        mark = len(self.marks)
        self.marks.append(element.number)
        element.page = element.page or self.page
        is_here = element.page == self.page
        element.kids.append(str(mark) if is_here else f"<</Type/MCR/Pg {self.page} 0 R/MCID {mark}>>")
        self._code.append(f"/{element.tag} <</MCID {mark}>> BDC")
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self, kind: str = "") -> Iterator[None]:
        """What is drawn within is not read aloud; ``kind`` is Header or Footer for what each page repeats."""
        self._code.append(f"/Artifact <</Type/Pagination/Subtype/{kind}>> BDC" if kind else "/Artifact BMC")
        yield
        self._code.append("EMC")

    # Text, straight into the page

    def put(self, *operators: str) -> None:
        """Add operators to the page as they are."""
        self._code.extend(operators)

    def put_text(self, x: float, y: float, text: str, name: str, size: float, squeeze: float = 100) -> None:
        """Draw one line of text; ``squeeze`` is its width in percent."""
        self._code.append(self.line_of_text(x, y, text, name, size, squeeze))

    def line_of_text(
        self, x: float, y: float, text: str, name: str, size: float, squeeze: float = 100
    ) -> str:
        """The operators that draw one line of text."""
        narrow, wide = (f" {squeeze:.2f} Tz", " 100 Tz") if squeeze < 100 else ("", "")
        return f"BT{narrow} 1 0 0 1 {x:.2f} {y:.2f} Tm {self._shown(text, name, size)}{wide} ET"

    def _shown(self, text: str, name: str, size: float) -> str:
        """The operators that show the text in a face and size."""
        if text.isascii():
            return f"{self._chosen(name, size)} ({_escaped(text)}) Tj"
        font = face(name)
        shown = []
        for subset, raw in font.splitString(text, self._doc):
            name = font.getSubsetInternalName(subset, self._doc)
            shown.append(f"{name} {size:g} Tf ({_escaped(raw.decode('latin-1'))}) Tj")
        return " ".join(shown)

    def _chosen(self, name: str, size: float) -> str:
        """The operator that chooses a face, whose first subset holds all of ASCII at its own codes."""
        known = self._faces.get((name, size))
        if known is None:
            subset = face(name).getSubsetInternalName(0, self._doc)
            known = self._faces[name, size] = f"{subset} {size:g} Tf"
        return known

    def put_row(self, parent: Element, cells: Sequence[tuple[str, str]]) -> None:
        """A row of a table at once: of each cell its tag with its entries, and its drawing or nothing.

        Written straight to the file, since a ledger has a million cells.
        """
        row = self._doc.claim(len(cells) + 1)
        page, marks, code = self.page, self.marks, self._code
        objects: list[tuple[int, str]] = []
        for number, (tag, drawing) in enumerate(cells, row + 1):
            if not drawing:
                objects.append((number, f"<</S/{tag}/P {row} 0 R>>"))
                continue
            mark = len(marks)
            marks.append(number)
            code.append(f"/{tag[:2]} <</MCID {mark}>> BDC {drawing} EMC")
            objects.append((number, f"<</S/{tag}/P {row} 0 R/Pg {page} 0 R/K {mark}>>"))
        kids = " ".join(f"{number} 0 R" for number in range(row + 1, row + 1 + len(cells)))
        objects.append((row, f"<</S/TR/P {parent.number} 0 R/K[{kids}]>>"))
        self._doc.pack(*objects)
        parent.kids.append(f"{row} 0 R")

    # Pages

    def start_page(self, size: tuple[float, float]) -> None:
        """Begin a page of that width and height, and number it, so that elements can name it."""
        self.setPageSize(size)
        self._sheet = Verbatim()
        self.page = self._doc.register(self._sheet, self._doc.thisPageName())
        self._sheets.append(self.page)
        self.marks: list[int] = []

    def showPage(self) -> None:
        """Write the page. Its foot follows in ``finish``, when the number of pages is known."""
        doc, body, foot = self._doc, self._doc.claim(), self._doc.claim()
        doc.file.put_stream(body, "", self._drawn())
        key, held = len(self._feet), doc.claim()
        doc.pack((held, f"[{' '.join(f'{number} 0 R' for number in self.marks)}]"))
        self._parents.append(f"{key} {held} 0 R")
        self._feet.append(foot)
        width, height = self._pagesize
        self._sheet.body = (
            f"<</Type/Page/Parent {self._leaves_number} 0 R/MediaBox[0 0 {width:g} {height:g}]"
            f"/Contents[{body} 0 R {foot} 0 R]/Resources<</Font {self._fonts_number} 0 R>>"
            f"/StructParents {key}/Tabs/S>>"
        )
        doc.pageCounter += 1
        doc.inObject = None
        self._startPage()

    def finish(self, draw_foot: Callable[[int, int], None]) -> bytes:
        """The whole file. ``draw_foot`` draws the foot, given the page and the number of pages."""
        for page, foot in enumerate(self._feet, 1):
            with self.artifact("Footer"):
                draw_foot(page, len(self._feet))
            self._doc.file.put_stream(foot, "", self._drawn())
        self.close(self.tree)
        kids = " ".join(f"{sheet} 0 R" for sheet in self._sheets)
        self._leaves.body = f"<</Type/Pages/Count {len(self._sheets)}/Kids[{kids}]>>"
        self._root.body = (
            f"<</Type/StructTreeRoot/K {self.tree.number} 0 R/ParentTreeNextKey {len(self._parents)}"
            f"/ParentTree<</Nums[{' '.join(self._parents)}]>>>>"
        )
        catalog = self._doc.Catalog
        catalog.Pages, catalog.StructTreeRoot = self._leaves, self._root
        catalog.MarkInfo = Verbatim("<</Marked true>>")
        catalog.ViewerPreferences = Verbatim("<</DisplayDocTitle true>>")
        catalog.Metadata = self._metadata()
        return self._doc.GetPDFData(self)

    def _drawn(self) -> bytes:
        drawn, self._code = "\n".join(self._code), []
        return drawn.encode("latin-1")

    def _metadata(self) -> pdfdoc.PDFStream:
        """The same title, author and dates as the Info dictionary, in XMP, and the claim to be PDF/UA-1."""
        info, moment = self._doc.info, f"{self._moment:%Y-%m-%dT%H:%M:%S}+00:00"
        text = METADATA.format(
            title=escape(info.title), author=escape(info.author), subject=escape(info.subject),
            language=LANGUAGE, moment=moment, producer=PRODUCER,
        )  # fmt: skip
        kind = pdfdoc.PDFDictionary({"Type": "/Metadata", "Subtype": "/XML"})
        return pdfdoc.PDFStream(kind, text.encode("utf-8"))


def _escaped(text: str) -> str:
    """The text between the brackets of a PDF string (ISO 32000-1, 7.3.4.2)."""
    return text.translate(_ESCAPES)


_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), *range(127, 256))}
_ESCAPES |= {ord(letter): f"\\{letter}" for letter in "()\\"}

METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:CreatorTool>{producer}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""
