"""The state's signature: beside the reproducible bytes, which begin it, and broken by any change."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from reporting.documents.actions import drawn, issue_document
from reporting.documents.queries import document_of
from reporting.models import Document, SignedCopy
from tests.builders import Office
from tests.reporting.verapdf import verapdf

DAY = date(2022, 12, 31)


@pytest.fixture
def a_key(tmp_path: Path, settings: Any) -> Path:
    """A key with a certificate of its own, configured; the path of the certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "State of Ohio, sample key")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    keys = serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"secret")
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, *keys))
    (tmp_path / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    settings.SIGNING_KEY = str(tmp_path / "key.pem")
    settings.SIGNING_CERTIFICATE = str(tmp_path / "certificate.pem")
    settings.SIGNING_PASSPHRASE = "secret"
    return tmp_path / "certificate.pem"


def issued(office: Office, format: str = "pdf") -> Document:
    return issue_document(
        office.a_program(), report="spend-by-program", through=DAY, format=format, by=office.fiscal_officer
    )


def status_of(content: bytes, certificate: Path) -> Any:
    [signature] = PdfFileReader(BytesIO(content)).embedded_signatures
    trusted = ValidationContext(trust_roots=[load_cert_from_pemder(str(certificate))])
    return validate_pdf_signature(signature, signer_validation_context=trusted)


def test_a_signed_copy_begins_with_the_document_and_is_valid(office: Office, a_key: Path) -> None:
    document = issued(office)
    content = bytes(document.signed.content)
    assert content.startswith(bytes(document.content))
    assert drawn(document) == bytes(document.content)
    status = status_of(content, a_key)
    assert status.intact
    assert status.valid
    assert status.trusted
    assert document_of(content) == document_of(bytes(document.content)) == document
    assert "State of Ohio, sample key" in document.signed.signer


def test_a_signed_copy_is_as_accessible_as_the_document(office: Office, a_key: Path) -> None:
    with verapdf() as judge:
        assert judge(bytes(issued(office).signed.content)) == []


def test_one_changed_bit_breaks_the_signature(office: Office, a_key: Path) -> None:
    document = issued(office)
    content = bytearray(document.signed.content)
    content[len(document.content) // 2] ^= 1
    assert not status_of(bytes(content), a_key).intact
    assert document_of(bytes(content)) is None


def test_without_a_key_nothing_is_signed_and_nothing_is_said_of_it(office: Office, client: Client) -> None:
    document = issued(office)
    assert not SignedCopy.objects.exists()
    client.force_login(office.auditor)
    assert client.get(f"/portal/documents/{document.number}/signed/").status_code == 404


def test_a_sheet_is_not_signed_and_a_key_that_cannot_be_read_stops_the_issue(
    office: Office, a_key: Path, settings: Any
) -> None:
    issued(office, "csv")
    assert not SignedCopy.objects.exists()
    settings.SIGNING_PASSPHRASE = "wrong"
    with pytest.raises(ImproperlyConfigured):
        issued(office)
    assert not Document.objects.filter(format="pdf").exists()
