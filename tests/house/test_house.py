"""The house holds: who imports whom, how large things are, and that nothing is declared in vain."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pghistory.models
import pytest
from django.apps import apps

from grants.kernel import roles
from grants.kernel.action import ACTIONS, Action
from grants.kernel.roles import MAY, Side
from grants.kernel.scope import SHOWN_TO
from grants.kernel.seal import sealed_models
from grants.kernel.stages import Staged

ROOT = Path(__file__).parents[2]
ORDER = (
    "kernel", "records", "compliance", "ledger", "subawards", "programs", "broadband", "monitoring",
    "parties", "partnership", "applications", "reporting", "api", "demo",
)  # fmt: skip
ROOMS = ("grants", "applications", "reporting", "api", "demo")
AT_THE_DOOR = {
    "settings",
    "urls",
    "wsgi",
    "asgi",
    "apps",
    "schedules",
    "models",
    "admin",
    "postgres",
    "checks",
    "desk",
    "management",
    "templatetags",
}
SPECULATIVE_NAMES = ("manager", "service", "handler", "helper", "utils")


def every_action() -> dict[str, Action]:
    """All actions, once every slice's are declared."""
    for path in modules():
        if path.stem == "actions":
            import_module(named(path))
    return ACTIONS


def modules() -> Iterator[Path]:
    """Every module of the product, migrations aside."""
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)


def place_of(module: str) -> str | None:
    """The place in the order of a dotted module name; None for what stands at the door."""
    parts = module.split(".")
    if parts[0] in ("applications", "reporting", "api", "demo"):
        return "records" if parts[-1] == "models" and parts[0] != "demo" else parts[0]
    if parts[0] != "grants" or len(parts) < 2 or parts[1] in AT_THE_DOOR:
        return None
    if parts[-1] in ("models", "triggers") and parts[1] != "kernel":
        return "records"
    return parts[1]


def imports_of(path: Path) -> Iterator[str]:
    """Dotted names that a module imports at its top or anywhere else."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports relatively"
            yield node.module


def named(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", list(modules()), ids=named)
def test_a_module_imports_only_from_its_left(path: Path) -> None:
    here = place_of(named(path).removesuffix(".__init__"))
    if here is None or path.stem in ("admin", "apps"):
        return
    for imported in imports_of(path):
        there = place_of(imported)
        if there is not None:
            assert ORDER.index(there) <= ORDER.index(here), f"{named(path)} imports {imported}"


@pytest.mark.parametrize("path", list(modules()), ids=named)
def test_a_module_is_no_longer_than_400_lines_and_its_functions_than_50(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = node.end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 50, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", list(modules()), ids=named)
def test_what_is_public_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text())
    if path.stem != "__init__" or tree.body:
        assert ast.get_docstring(tree), "the module has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
            lowered = node.name.lower()
            allowed = {"UserManager"}
            if node.name not in allowed:
                assert not lowered.endswith(SPECULATIVE_NAMES), node.name


def test_the_kernel_has_few_modules() -> None:
    kernel = [path for path in (ROOT / "grants" / "kernel").glob("*.py") if path.stem != "__init__"]
    assert len(kernel) <= 12


def records() -> list[type]:
    """The records of the product: no events, nothing of other applications."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ("grants", "reporting", "applications")
        and not issubclass(model, pghistory.models.Event)
        and not model._meta.auto_created
    ]


KEPT_BY_TRIGGERS = {
    "Balance", "SubawardStanding", "AllocationStanding", "AwardStanding", "ProgramStanding", "Seal",
}  # fmt: skip


def test_every_record_is_tracked_or_append_only_and_sealed() -> None:
    sealed = set(sealed_models())
    for model in records():
        if model.__name__ not in KEPT_BY_TRIGGERS:
            assert hasattr(model, "pgh_event_model") or model in sealed, model.__name__


def test_every_record_says_who_reaches_it() -> None:
    for model in records():
        if model.__name__ in KEPT_BY_TRIGGERS - {"Balance"}:
            continue
        for side, paths in model.reached_by.items():
            assert side in {*Side.values, SHOWN_TO}
            for path in (paths,) if isinstance(paths, str) else paths:
                model._base_manager.filter(**{f"{path}__in": []})


def test_every_stage_has_its_order_and_its_beginning_in_the_database() -> None:
    for model in records():
        if issubclass(model, Staged):
            names = {trigger.name for trigger in model._meta.triggers}
            assert {"stage_order", "stage_begins"} <= names, model.__name__


def test_every_action_needs_a_permission_that_someone_has_and_every_permission_is_needed() -> None:
    granted = frozenset().union(*MAY.values())
    needed = {action.needs for action in every_action().values()}
    assert needed <= granted
    assert granted - needed == {"view", "post_entries"}  # the one more that posting lines of some kinds needs
    assert set(MAY) == set(roles.Role)


def test_who_asks_for_money_never_approves_it() -> None:
    pairs = [
        ("draft_rounds", "approve_rounds"),
        ("draft_subawards", "issue_subawards"),
        ("propose_amendments", "approve_amendments"),
        ("file_reports", "certify_reports"),
        ("file_reports", "accept_reports"),
        ("certify_reports", "accept_reports"),
        ("draft_subawards", "post_entries"),
        ("propose_amendments", "post_entries"),
        ("file_reports", "post_entries"),
        ("ask_waivers", "decide_waivers"),
        ("draft_policies", "approve_policies"),
    ]
    for needs in MAY.values():
        for asks, approves in pairs:
            assert not {asks, approves} <= needs


def test_every_action_says_what_it_does_and_takes_what_follows_the_record_by_name() -> None:
    for action in every_action().values():
        act = inspect.unwrap(action.perform)
        assert act.__doc__, action.verb
        assert "by" in inspect.signature(act).parameters
