"""A table of definitions by code. A code is given once and never reused."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, TypeVar

Definition = TypeVar("Definition")


class Registry(Mapping[str, Definition], Generic[Definition]):
    """Definitions of one kind, filled by the modules of one package the first time it is read.

    ``package`` is the dotted name of the folder whose modules add themselves when imported.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self._package = package
        self._known: dict[str, Definition] = {}
        self._is_filled = False

    def add(self, code: str, definition: Definition) -> Definition:
        """Add a definition under its code. Raises ValueError when the code is taken."""
        if code in self._known:
            raise ValueError(f"There are two of the {self.kind} “{code}”.")
        self._known[code] = definition
        return definition

    def __getitem__(self, code: str) -> Definition:
        self._fill()
        try:
            return self._known[code]
        except KeyError:
            known = ", ".join(sorted(self._known))
            raise KeyError(f"There is no {self.kind} “{code}”. There are: {known}.") from None

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return iter(sorted(self._known))

    def __len__(self) -> int:
        self._fill()
        return len(self._known)

    def _fill(self) -> None:
        if self._is_filled:
            return
        self._is_filled = True
        folder = import_module(self._package)
        for module in iter_modules(folder.__path__, f"{self._package}."):
            import_module(module.name)
