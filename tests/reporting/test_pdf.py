"""What is drawn as a PDF: every figure, whole, in its place, in order, with its structure."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, get_args

import pytest
from pypdf import PdfReader

from reporting.blocks import (
    BarChart,
    Block,
    Column,
    Facts,
    FigureTable,
    FindingList,
    Found,
    Heading,
    LedgerTable,
    LineChart,
    Map,
    Notes,
    Prose,
    Row,
    SignatureBlock,
    Signer,
)
from reporting.lettering import REGULAR, STRONG, width_of
from reporting.pdf import PIECES, draw_pdf
from tests.reporting.builders import (
    AUTHOR,
    ISSUED_AT,
    RUNNING,
    TITLE,
    composed,
    spend_by_program,
)

LARGEST = Decimal("999999999999.99")


def a_pdf(*blocks: Block, **given: Any) -> PdfReader:
    """The blocks drawn after a heading, and read back."""
    return PdfReader(BytesIO(drawn(*blocks, **given)))


def drawn(*blocks: Block, **given: Any) -> bytes:
    kept: dict[str, Any] = {"title": TITLE, "running": RUNNING, "issued_at": ISSUED_AT, "author": AUTHOR}
    return draw_pdf([Heading("Spend"), *blocks], **(kept | given))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def a_table(rows: int, **given: Any) -> LedgerTable:
    """A ledger of so many numbered lines."""
    columns = (Column("Line"), Column("Payee", weight=2), Column("Amount ($)", "dollars"))
    lines = ((f"L{n:05d}", f"Payee number {n}", Decimal(n) + Decimal("0.25")) for n in range(rows))
    kept = {"totals": ("Total", None, Decimal(sum(range(rows))) + Decimal(rows) / 4)}
    return LedgerTable("Lines", columns, lines, **(kept | given))


class Placed(list):
    """Texts of a page with where they begin, in the order drawn."""

    def __call__(self, text: str, matrix: list, at: list, font: Any, size: float) -> None:
        if text.strip():
            self.append((text.strip(), at[4], at[5], size))


def placed(page: Any) -> list[tuple[str, float, float, float]]:
    seen = Placed()
    page.extract_text(visitor_text=seen)
    return seen


def elements(reader: PdfReader) -> list[tuple[int, str, Any]]:
    """The structure in reading order: depth, type, element."""
    found: list[tuple[int, str, Any]] = []

    def walk(element: Any, depth: int) -> None:
        element = element.get_object()
        if not isinstance(element, dict) or "/S" not in element:
            return
        found.append((depth, element["/S"][1:], element))
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            walk(kid, depth + 1)

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"], 0)
    return found


def tags(reader: PdfReader) -> list[str]:
    return [tag for _, tag, _ in elements(reader)]


def boxes_of(page: Any) -> list[tuple[float, float, float]]:
    """Left, right and base of each text drawn, from the operators: position, size and squeeze."""
    names = {key: STRONG if "SemiBold" in font["/BaseFont"] else REGULAR
             for key, font in page["/Resources"]["/Font"].items()}  # fmt: skip
    shown = re.compile(r"BT(?: ([\d.]+) Tz)? 1 0 0 1 ([\d.]+) ([\d.]+) Tm (/\S+) ([\d.]+) Tf \((.*?)\) Tj")
    found = []
    for squeeze, x, y, font, size, text in shown.findall(page.get_contents().get_data().decode("latin-1")):
        plain = re.sub(r"\\(.)", r"\1", text).rstrip()
        width = width_of(plain, names.get(font, REGULAR), float(size)) * float(squeeze or 100) / 100
        found.append((float(x), float(x) + width, float(y)))
    return found


def collisions(page: Any) -> list[Any]:
    """Pairs of texts of which one is drawn over the other, and texts beyond the edge of the page."""
    boxes = boxes_of(page)
    assert len(boxes) > 5
    over = [box for box in boxes if box[0] < 0 or box[1] > page.mediabox.width or box[2] < 0]
    for place, (left, right, y) in enumerate(boxes):
        for begin, end, base in boxes[place + 1 :]:
            if abs(base - y) < 5 and begin < right - 0.02 and left < end - 0.02:
                over.append(((left, right, y), (begin, end, base)))
    return over


ONE_OF_EACH: dict[type, Block] = {
    Heading: Heading("A heading", 2),
    Facts: Facts((("Through", "a fact"),)),
    Prose: Prose("Running text"),
    FigureTable: FigureTable(
        "A caption", (Column("Name"), Column("Sum", "dollars")), [("a row", Decimal(1))]
    ),
    LedgerTable: a_table(2),
    BarChart: BarChart("A chart", "Says it", ("Spent",), [("A bar", (Decimal(1),))]),
    LineChart: LineChart("A trend", "Says it", ("Left over",), [(ISSUED_AT.date(), (Decimal(1),))]),
    Map: Map("A map", "Says it", "counties-39", [("39049", "Franklin", 7)], "Households to reach"),
    FindingList: FindingList("Findings", [Found("A rule", "A sentence", "A place")]),
    SignatureBlock: SignatureBlock([Signer("A county", "A name")]),
    Notes: Notes(("A note",)),
}
SEEN = {
    Heading: "A heading",
    Facts: "a fact",
    Prose: "Running text",
    FigureTable: "a row",
    LedgerTable: "Payee number 1",
    BarChart: "A bar",
    LineChart: "Left over",
    Map: "Households to reach",
    FindingList: "A sentence",
    SignatureBlock: "A name",
    Notes: "A note",
}


@pytest.mark.parametrize("kind", get_args(Block))
def test_every_kind_of_block_is_drawn(kind):
    assert kind in PIECES
    assert SEEN[kind] in text_of(a_pdf(ONE_OF_EACH[kind]))


def test_the_same_figures_give_the_same_bytes():
    once, again = (drawn(*list(composed(spend_by_program()))[1:]) for _ in range(2))
    assert once == again


def test_another_process_gives_the_same_bytes():
    script = (
        "import sys, hashlib; from tests.reporting.test_pdf import *;"
        "print(hashlib.sha256(drawn(*list(composed(spend_by_program(5)))[1:])).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_another_moment_of_issue_gives_another_file():
    assert drawn(issued_at=ISSUED_AT) != drawn(issued_at=datetime(2026, 11, 25, tzinfo=UTC))


def test_a_moment_of_issue_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        drawn(issued_at=datetime(2026, 11, 24))


@pytest.mark.parametrize("kind", [LedgerTable, FigureTable])
def test_each_of_120_rows_is_read_once_and_in_order(kind):
    table = a_table(120)
    table = kind(table.caption, table.columns, list(table.rows), table.totals)
    text = text_of(a_pdf(table))
    assert re.findall(r"L\d{5}", text) == [f"L{n:05d}" for n in range(120)]
    assert re.findall(r"Payee number \d+ [\d.]+", text) == [f"Payee number {n} {n}.25" for n in range(120)]
    assert text.count("7,170.00") == 1


def test_every_page_tells_title_state_of_knowledge_and_its_number():
    reader = a_pdf(a_table(200))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 3
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert RUNNING[0] in text
        assert TITLE in text


def test_headings_of_a_table_are_repeated_on_every_page_but_read_aloud_once():
    reader = a_pdf(a_table(200))
    assert all("Amount ($)" in page.extract_text() for page in reader.pages)
    assert [e["/A"]["/Scope"] for _, tag, e in elements(reader) if tag == "TH"][:3] == ["/Column"] * 3
    assert tags(reader).count("THead") == 1
    assert all(kid.get_object()["/S"] for kid in elements(reader)[0][2]["/K"])
    repeated = [b"/Artifact <</Type/Pagination/Subtype/Header>>"] * (len(reader.pages) - 1)
    for mark, page in zip(repeated, reader.pages[1:], strict=True):
        assert page.get_contents().get_data().count(mark) == 2


def test_the_structure_leads_from_the_document_to_every_cell():
    blocks = [ONE_OF_EACH[kind] for kind in (Prose, Facts, FigureTable, BarChart, LedgerTable, Notes)]
    reader = a_pdf(*blocks)
    seen = tags(reader)
    assert seen[:3] == ["Document", "H1", "P"]
    assert {
        "Table",
        "Caption",
        "THead",
        "TBody",
        "TFoot",
        "TR",
        "TH",
        "TD",
        "Figure",
        "L",
        "LI",
        "LBody",
    } <= {*seen}
    figure = next(element for _, tag, element in elements(reader) if tag == "Figure")
    assert figure["/Alt"] == "Says it"


def test_rows_and_cells_of_the_structure_are_those_of_the_table():
    reader = a_pdf(a_table(120))
    seen = tags(reader)
    assert seen.count("TR") == 1 + 120 + 1
    assert seen.count("TD") == 120 * 3 + 2


def test_every_page_knows_its_elements():
    reader = a_pdf(*list(composed(spend_by_program()))[1:])
    nums = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    held = dict(zip(nums[::2], nums[1::2], strict=True))
    for key, page in enumerate(reader.pages):
        assert page["/StructParents"] == key
        marks = re.findall(rb"/MCID (\d+)>> BDC", page.get_contents().get_data())
        assert [int(mark) for mark in marks] == list(range(len(held[key].get_object())))


def test_the_file_claims_what_it_is():
    reader = a_pdf(subject="2 CFR 200.302(b)")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Lang"] == "en-US"
    assert b"<pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert reader.metadata.title == TITLE
    assert reader.metadata.author == AUTHOR
    assert reader.metadata.subject == "2 CFR 200.302(b)"
    assert reader.metadata.creation_date == ISSUED_AT


def test_headings_are_bookmarks():
    reader = a_pdf(Heading("Programs", 2), Heading("Subrecipients", 2))
    top, below = reader.outline
    assert top.title == "Spend"
    assert [entry.title for entry in below] == ["Programs", "Subrecipients"]


@pytest.mark.parametrize("levels", [(3,), (2, 4)])
def test_a_heading_that_skips_a_level_is_refused(levels):
    with pytest.raises(ValueError, match="follows one of level"):
        drawn(*(Heading("Deep", level) for level in levels))


def test_long_names_are_wrapped_and_never_cut():
    name = "Board of Commissioners of the Consolidated Regional Water, Sewer and Broadband District " * 6
    name += "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 4
    table = a_table(0, totals=())
    text = text_of(a_pdf(FigureTable("Names", table.columns, [("1", name, LARGEST)])))
    assert "".join(name.split()) in "".join(text.split())
    assert "999,999,999,999.99" in text


def test_no_text_leaves_the_page_or_runs_into_another():
    columns = [Column(f"Sum {n} ($)", "dollars") for n in range(9)]
    rows = [("Wide " * 30, *[-LARGEST] * 9), ("Unbreakable" * 9, *[LARGEST] * 9)] * 20
    reader = a_pdf(LedgerTable("Wide", (Column("Name", weight=3), *columns), rows, ("All", *[LARGEST] * 9)))
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height
    for page in reader.pages:
        assert collisions(page) == []


def test_a_figure_wider_than_any_seen_when_the_columns_were_laid_stays_in_its_column():
    columns = [Column("Name"), *(Column(f"Sum {n} ($)", "dollars") for n in range(8))]
    rows = [("small", *[Decimal(1)] * 8)] * 400 + [("large", *[-LARGEST] * 8)]
    last = a_pdf(LedgerTable("Lines", columns, rows)).pages[-1]
    assert last.extract_text().count("-999,999,999,999.99") == 8
    assert collisions(last) == []


@pytest.mark.parametrize("rows", range(40, 56))
def test_totals_never_stand_alone_on_a_page(rows):
    last = a_pdf(a_table(rows)).pages[-1]
    assert re.search(r"L\d{5}", last.extract_text().split("Total")[0])
    height = {text: y for text, _, y, _ in placed(last)}
    assert height["Total"] > height[f"Page {len(last.pdf.pages)} of {len(last.pdf.pages)}"] + 20


@pytest.mark.parametrize("rows", range(36, 52, 2))
def test_no_page_is_empty_and_no_heading_ends_one(rows):
    reader = a_pdf(a_table(rows), Heading("After", 2), Prose("Some words that follow the heading."))
    pages = [page.extract_text() for page in reader.pages]
    headed = [page for page in pages if "After" in page]
    assert len(headed) == 1
    assert "follow the heading" in headed[0]
    assert all("follow the heading" in page or re.search(r"L\d{5}", page) for page in pages)


@pytest.mark.parametrize("words", range(1040, 1140, 5))
def test_no_line_of_a_paragraph_stands_alone_on_a_page(words):
    reader = a_pdf(Prose("statement " * words))
    counts = [sum("statement" in text for text, *_ in placed(page)) for page in reader.pages]
    assert min(counts) > 1


def test_a_cell_longer_than_a_page_goes_on_and_stays_one_cell():
    words = " ".join(f"word{n}" for n in range(3000))
    reader = a_pdf(FigureTable("Story", (Column("Name"), Column("Text", weight=3)), [("A", words)]))
    assert len(reader.pages) > 1
    assert "word0 " in reader.pages[0].extract_text()
    assert all("Name Text" in page.extract_text() for page in reader.pages)
    assert re.findall(r"word\d+", text_of(reader)) == words.split()
    assert tags(reader).count("TD") == 1


def test_a_subtotal_stays_with_a_row_before_it_and_a_section_with_one_after():
    for rows in range(38, 52):
        lines = [(f"L{n:05d}", None, Decimal(1)) for n in range(rows)]
        split = [Row(("Section",), "section"), *lines, Row(("Subtotal", None, Decimal(rows)), "subtotal")]
        tail = [Row(("Second",), "section"), ("L99999", None, Decimal(1))]
        reader = a_pdf(replace(a_table(0), rows=[*split, *tail]))
        pages = [page.extract_text() for page in reader.pages]
        (subtotalled,) = [page for page in pages if "Subtotal" in page]
        (second,) = [page for page in pages if "Second" in page]
        assert subtotalled.index("L0") < subtotalled.index("Subtotal")
        assert "L99999" in second


def test_a_table_without_rows_says_so():
    assert "Nothing to show" in text_of(a_pdf(a_table(0, totals=())))


def test_letters_beyond_ascii_are_read_back_and_unknown_ones_are_seen():
    text = text_of(a_pdf(Prose("Pen\u0303a “Boulder” – Dvořák, 漢字\tand\x07\u200b more")))
    assert "Peña “Boulder” – Dvořák, ?? and  more" in text


def test_an_amount_with_a_fraction_of_a_cent_is_refused():
    with pytest.raises(ValueError, match="fraction of a cent"):
        drawn(FigureTable("F", (Column("Name"), Column("Sum", "dollars")), [("a", Decimal("0.001"))]))


@pytest.mark.parametrize("value", [0.5, b"1"])
def test_a_value_that_is_not_exact_is_refused(value):
    with pytest.raises(TypeError):
        drawn(FigureTable("F", (Column("Name"), Column("Sum", "dollars")), [("a", value)]))


def test_a_chart_taller_than_a_page_is_drawn_in_parts():
    bars = [(f"Program {n}", (Decimal(n + 1),)) for n in range(45)]
    reader = a_pdf(BarChart("Many", "Forty-five bars", ("Spent",), bars, has_table=False))
    alts = [element["/Alt"] for _, tag, element in elements(reader) if tag == "Figure"]
    assert alts == [f"Forty-five bars (part {n} of 3)" for n in (1, 2, 3)]
    assert re.findall(r"Program \d+", text_of(reader)) == [label for label, _ in bars]


def test_a_heading_that_begins_a_page_stands_first_on_the_next():
    reader = a_pdf(Prose("First"), Heading("Then", 2, begins_page=True), Prose("Second"))
    first, second = (page.extract_text() for page in reader.pages)
    assert "First" in first
    assert "Then" not in first
    assert second.index("Then") < second.index("Second")
