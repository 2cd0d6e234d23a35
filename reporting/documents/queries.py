"""Whether a file is a document that was issued."""

import hashlib

from reporting.documents.models import Document


def document_of(content: bytes) -> Document | None:
    """The document with exactly these bytes, or None."""
    return Document.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()
