"""Notes, findings and signatures on paper: what belongs together stays together."""

import pytest

from reporting.blocks import Column, FigureTable, FindingList, Notes, Prose, SignatureBlock, Signer
from tests.reporting.builders import a_found
from tests.reporting.test_pdf import a_pdf, collisions, elements, placed, tags, text_of


@pytest.mark.parametrize("lines", range(36, 52))
def test_no_note_stands_alone_on_a_page(lines):
    notes = ("Amounts are those of the ledger.", "Samples are made up.", "Law is read on the day.")
    reader = a_pdf(*(Prose(f"Line {n}.") for n in range(lines)), Notes(notes))
    last = reader.pages[-1].extract_text()
    assert not any(note in last for note in notes) or all(note in last for note in notes)


def test_the_last_two_of_many_notes_stay_together():
    for lines in range(2, 30):
        notes = [f"Note {n} says one thing and no more." for n in range(40 + lines)]
        last = a_pdf(Notes(notes)).pages[-1].extract_text()
        assert last.count("says one thing") != 1


def test_findings_of_one_rule_stand_under_its_name_law_and_what_to_do():
    lines = [{"number": f"SA-{n}"} for n in range(3)]
    found = [a_found(lines[0]), a_found(lines[1]), a_found(lines[2], rule="Another rule", fix="")]
    reader = a_pdf(FindingList("Findings", found))
    text = " ".join(text_of(reader).split())
    assert text.count("Cost incurred outside the budget period") == 1
    assert text.count("What to do: Take the cost out, or amend the period.") == 1
    assert "Questioned cost ($): 1,250.50" in text
    assert "Corrective action: Take it out (The treasurer, due September 30, 2022, open)" in text
    assert "Waiver: Flood (asked for, not decided)" in text
    assert tags(reader).count("Table") == 2
    captions = [element for _, tag, element in elements(reader) if tag == "Caption"]
    assert len(captions) == 2


def test_a_list_without_findings_says_that_there_is_nothing():
    assert "Nothing to show." in text_of(a_pdf(FindingList("Findings of the visit", [])))


def test_what_one_signs_stays_on_one_page_and_known_names_stand_on_their_lines():
    signers = [Signer(f"County {n}", f"Name {n}", f"Title {n}") for n in range(20)]
    reader = a_pdf(SignatureBlock(signers))
    assert len(reader.pages) > 2
    for n in range(20):
        (page,) = [page for page in reader.pages if f"For County {n}\n" in page.extract_text() + "\n"]
        assert {f"Name {n}", f"Title {n}"} <= {text for text, *_ in placed(page)}
    assert [collisions(page) for page in reader.pages] == [[]] * len(reader.pages)


def test_long_names_of_signers_are_whole_and_cover_nothing():
    name = "Maximiliana Konstantina Featherstonehaugh-Cholmondeley of the Upper Valley " * 2
    reader = a_pdf(SignatureBlock([Signer("A county", name, name)]))
    assert "".join(text_of(reader).split()).count("".join(name.split())) == 2
    assert collisions(reader.pages[0]) == []


def test_a_signature_not_yet_given_leaves_its_lines_empty():
    text = text_of(a_pdf(SignatureBlock([Signer("A county")])))
    assert all(label in text for label in ("For A county", "Signature", "Date", "Name", "Title"))
    assert ":" not in text.split("Signature")[1].split("Title")[0]


@pytest.mark.parametrize("rows", range(28, 48))
def test_the_last_row_of_a_table_never_stands_alone_on_a_page(rows):
    names = [(f"Row {n:03d}",) for n in range(rows)]
    last = a_pdf(FigureTable("Rows", (Column("Name"),), names)).pages[-1].extract_text()
    assert last.count("Row 0") != 1
