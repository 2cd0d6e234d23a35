"""Samples of the books: frozen, drawn again by anyone, and never of what a person does not reach."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from openpyxl import load_workbook

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from grants.subawards.models import Subaward
from reporting.models import Sample, SampledLine
from reporting.sampling.actions import draw_sample
from reporting.sampling.models import Method, ShareBy, Strata
from reporting.sampling.queries import drawn_again
from reporting.sampling.terms import Terms
from tests.builders import Office, a_party, a_person

DAY = date(2022, 12, 31)
TEN = Terms(Method.SIMPLE, size=10)


@pytest.fixture
def subaward(office: Office) -> Subaward:
    """A subaward with thirty costs, of one dollar to thirty."""
    found = office.a_subaward("10000.00")
    for n in range(1, 31):
        office.posts(found, Kind.EXPENDITURE, f"{n}.00", date(2022, 1, n), payee=f"Payee {n}")
    return found


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> Iterator[None]:
    """Static files by their plain names, without collecting them first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    return


def test_a_sample_keeps_its_population_and_its_seed(office: Office, subaward: Subaward) -> None:
    sample = draw_sample(subaward.program, terms=TEN, through=DAY, seed="4711", by=office.auditor)
    assert (sample.population_lines, sample.population_amount) == (30, Decimal("465.00"))
    assert (sample.lines, sample.seed, sample.terms) == (10, "4711", {"size": 10})
    drawn = Entry.objects.filter(pk__in=sample.sampled.values("entry"))
    assert sample.amount == sum(line.amount for line in drawn)
    assert all(line.kind == Kind.EXPENDITURE for line in drawn)


def test_it_is_drawn_again_though_the_books_went_on(office: Office, subaward: Subaward) -> None:
    terms = Terms(Method.MONETARY, interval=Decimal("25.00"))
    sample = draw_sample(subaward.program, terms=terms, through=DAY, by=office.auditor)
    office.posts(subaward, Kind.EXPENDITURE, "99.00")
    drawn = Entry.objects.get(pk=sample.sampled.order_by("place")[0].entry_id)
    reverse_entry(drawn, reason="twice", by=office.fiscal_officer)
    assert drawn_again(sample, person=office.auditor)
    assert sample.sampled.filter(draw=0).count() == 6  # 25 to 30 dollars
    later = draw_sample(subaward.program, terms=terms, through=DAY, seed=sample.seed, by=office.auditor)
    assert later.population_lines == 30  # one more, and the reversed one left out


def test_another_seed_is_seen_to_draw_other_lines(office: Office, subaward: Subaward) -> None:
    sample = draw_sample(subaward.program, terms=TEN, through=DAY, seed="1", by=office.auditor)
    sample.seed = "2"
    assert not drawn_again(sample, person=office.auditor)


def test_strata_of_amounts_are_told_with_what_each_gave(office: Office, subaward: Subaward) -> None:
    terms = Terms(
        Method.STRATIFIED,
        size=10,
        strata=Strata.AMOUNT,
        bounds=(Decimal("10.00"), Decimal("29.00")),
        share_by=ShareBy.DOLLARS,
    )
    sample = draw_sample(subaward.program, terms=terms, through=DAY, by=office.auditor)
    assert [(s["name"], s["lines"], s["amount"]) for s in sample.strata] == [
        ("1. under $10.00", 9, "45.00"),
        ("2. $10.00 to under $29.00", 19, "361.00"),
        ("3. $29.00 and over", 2, "59.00"),
    ]
    assert [s["drawn"] for s in sample.strata] == [1, 8, 1]
    assert drawn_again(sample, person=office.auditor)


def test_a_sample_and_its_lines_never_change(office: Office, subaward: Subaward) -> None:
    sample = draw_sample(subaward, terms=TEN, through=DAY, by=office.auditor)
    for records, change in ((Sample.objects, {"seed": "9"}), (SampledLine.objects, {"place": 1})):
        with pytest.raises(DatabaseError), transaction.atomic():
            records.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            records.all().delete()
    assert drawn_again(Sample.objects.get(pk=sample.pk), person=office.auditor)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"through": date(2021, 12, 31)}, "nothing-to-draw-from"),
        ({"seed": "a|b"}, "seed-unusable"),
        ({"kinds": ["payment"]}, "nothing-to-draw-from"),
        ({"terms": Terms(Method.MONETARY, tolerable=Decimal("0.02"), confidence=95)}, "interval-too-small"),
    ],
)
def test_what_cannot_be_drawn_is_refused(office: Office, subaward: Subaward, given: Any, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        draw_sample(subaward, **{"terms": TEN, "through": DAY, **given}, by=office.auditor)
    assert refusal.value.code == code
    assert not Sample.objects.exists()


def test_what_will_be_known_tomorrow_is_not_sampled(office: Office, subaward: Subaward) -> None:
    tomorrow = subaward.program.postings.latest("pk").posted_at + timedelta(days=1)
    with pytest.raises(Refusal) as refusal:
        draw_sample(subaward, terms=TEN, through=DAY, as_known_at=tomorrow, by=office.auditor)
    assert refusal.value.code == "not-yet"


def test_who_receives_the_money_draws_from_her_own_subaward_only(office: Office) -> None:
    mine, other = (a_party(keeper=office.agency) for _ in range(2))
    program = office.a_program()
    office.allocated(program, {office.agency: "1000.00"})
    allocation = program.allocations.get()
    given = {"allocation": allocation, "spent": "10.00"}
    hers = office.a_subaward("100.00", subrecipient=mine, **given)
    foreign = office.a_subaward("100.00", subrecipient=other, **given)
    auditor = a_person(Role.AUDITOR, mine)
    sample = draw_sample(hers, terms=TEN, through=DAY, by=auditor)
    assert (sample.party, sample.population_lines) == (mine, 1)
    with pytest.raises(PermissionDenied):
        draw_sample(foreign, terms=TEN, through=DAY, by=auditor)
    with pytest.raises(PermissionDenied, match="only a part"):
        draw_sample(program, terms=TEN, through=DAY, by=auditor)
    of_the_agency = draw_sample(hers, terms=TEN, through=DAY, by=office.auditor)
    assert list(Sample.objects.visible_to(auditor)) == [sample]
    assert set(Sample.objects.visible_to(office.auditor)) == {sample, of_the_agency}
    assert not Sample.objects.visible_to(a_person(Role.PREPARER, other)).exists()


def test_its_page_and_files_lead_to_the_evidence_and_to_nobody_else(
    office: Office, subaward: Subaward, client: Client
) -> None:
    sample = draw_sample(subaward, terms=TEN, through=DAY, purpose="Costs are allowable", by=office.auditor)
    address = f"/portal/samples/{sample.number}/"
    client.force_login(office.auditor)
    page = client.get(f"{address}?again")
    assert "give the same 10 lines" in page.content.decode()
    payees = {line.entry.payee for line in sample.sampled.select_related("entry")}
    assert all(payee in page.content.decode() for payee in payees)
    assert "Costs are allowable" in page.content.decode()
    csv = client.get(f"{address}lines.csv").content.decode("utf-8-sig")
    assert all(payee in csv for payee in payees)
    book = load_workbook(BytesIO(client.get(f"{address}lines.xlsx").content))
    assert book.worksheets[1].max_row >= 11
    client.force_login(Office().auditor)
    for there in (address, f"{address}lines.csv", f"{address}lines.xlsx"):
        assert client.get(there).status_code == 404


def test_the_desk_draws_a_sample_and_says_no_in_a_sentence(
    office: Office, subaward: Subaward, client: Client
) -> None:
    client.force_login(office.auditor)
    press = f"/admin/grants/subaward/{subaward.pk}/do/sample.draw/"
    given = {
        "kinds": ["expenditure"], "through": "2022-12-31", "method": "monetary", "size": "5",
        "share_by": "lines", "seed": "123", "bounds": "",
    }  # fmt: skip
    refused = client.post(press, {**given, "interval": "10.00"})
    assert "Give one: a size, an interval, or a tolerable misstatement." in refused.content.decode()
    done = client.post(press, given)
    sample = Sample.objects.get()
    assert done.url == f"/admin/reporting/sample/{sample.pk}/change/"
    assert sample.strata[0]["interval"] == "93.00"
    assert f"/portal/samples/{sample.number}/" in client.get(done.url).content.decode()
