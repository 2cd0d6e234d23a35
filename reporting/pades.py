"""The state's signature on a PDF (PAdES), added after its bytes, which stay what they were."""

from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

_FIELD = "Issuer"


@dataclass(frozen=True)
class Signed:
    """A signed PDF, and whom the certificate names."""

    content: bytes
    signer: str


def is_configured() -> bool:
    """Whether there is a key to sign with."""
    return bool(settings.SIGNING_KEY)


def sign_pdf(content: bytes, *, reason: str) -> Signed:
    """The PDF with a signature that certifies it: nothing may be changed after.

    ``content`` is the beginning of what is returned, byte for byte. Raises ImproperlyConfigured when the key
    or its certificate cannot be used, so that no document goes out unsigned by mistake.
    """
    signer = signers.SimpleSigner.load(
        settings.SIGNING_KEY,
        settings.SIGNING_CERTIFICATE,
        key_passphrase=settings.SIGNING_PASSPHRASE.encode() or None,
    )
    if signer is None or signer.signing_cert is None:
        raise ImproperlyConfigured("The key or certificate that documents are signed with cannot be read.")
    about = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        reason=reason,
    )
    out = BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(content)), about, signer=signer, output=out)
    return Signed(out.getvalue(), signer.signing_cert.subject.human_friendly)
