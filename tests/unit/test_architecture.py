"""What the order of layers cannot say: rules on the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("instainstru", "accounts", "instructors", "bookings")
SOURCES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
SERVICES = [path for path in SOURCES if "services" in path.parts and path.name != "__init__.py"]
# Where rows are read and written: everybody else asks a repository.
MAY_TOUCH_ROWS = ("models", "repositories", "adapters", "admin")
ROW_WRITERS = {"save", "delete", "bulk_create", "bulk_update", "select_for_update", "update_or_create"}
MEASURED = {"measure_operation", "measure_bulk"}
ROLE = re.compile(r"is_staff|is_superuser|user\.groups")
SERVICES_THAT_SAVE = {"hours", "settings", "weeks", "image"}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def layer_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return next((part for part in parts[1:] if part not in {"core", "ops"}), parts[-1])


def ids(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in tree_of(path).body if isinstance(node, ast.FunctionDef))


def decorator_names(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in function.decorator_list if isinstance(node, ast.Name)}


@pytest.mark.parametrize("path", SOURCES, ids=ids(SOURCES))
def test_imports_stand_at_the_top(path: Path) -> None:
    hidden = [
        node.lineno
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden or path.name in ALLOWED_LATE_IMPORTS, f"imports inside functions, lines {hidden}"


# The command line decides on the database before Django is there.
ALLOWED_LATE_IMPORTS = {"command_line.py", "supervisor.py"}


@pytest.mark.parametrize("path", SERVICES, ids=ids(SERVICES))
def test_public_services_are_measured_keyword_only_and_say_what_they_promise(path: Path) -> None:
    for function in functions(path):
        if function.name.startswith("_"):
            continue
        arguments = function.args
        if MEASURED & decorator_names(function):
            assert not arguments.args, f"{function.name} takes {arguments.args[0].arg} by position"
            assert not arguments.posonlyargs, function.name
        assert ast.get_docstring(function), f"{function.name} promises nothing"
        assert function.returns is not None, f"{function.name} does not say what it returns"


def called_services() -> set[tuple[str, str]]:
    """(module, function) of each service that an entry point or another app calls."""
    found = set()
    for path in SOURCES:
        app = path.relative_to(ROOT).parts[0]
        aliases: dict[str, str] = {}
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith(".services"):
                aliases |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in aliases
            ):
                module = aliases[node.func.value.id]
                if layer_of(path) != "services" or module.split(".")[0] != app:
                    found.add((module, node.func.attr))
    return found


def test_services_called_from_outside_are_measured() -> None:
    unmeasured = []
    for module, name in sorted(called_services()):
        path = ROOT / Path(*module.split(".")).with_suffix(".py")
        unmeasured += [
            f"{module}.{name}"
            for function in functions(path)
            if function.name == name and not MEASURED & decorator_names(function)
        ]
    assert called_services()
    assert unmeasured == []


def rows_touched(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROW_WRITERS:
            on = ast.unparse(node.func.value)
            if on not in SERVICES_THAT_SAVE:
                yield f"line {node.lineno}: {on}.{node.func.attr}()"
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
            yield f"line {node.lineno}: .{node.attr}"


OUTSIDE = [path for path in SOURCES if layer_of(path) not in MAY_TOUCH_ROWS]


@pytest.mark.parametrize("path", OUTSIDE, ids=ids(OUTSIDE))
def test_only_models_and_repositories_touch_rows(path: Path) -> None:
    assert list(rows_touched(path)) == []


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name != "clock.py"], ids=lambda p: str(p.relative_to(ROOT)))
def test_nobody_below_the_entry_points_asks_the_clock(path: Path) -> None:
    if layer_of(path) not in {"services", "repositories", "models", "forms", "serializers", "policy", "money"}:
        return
    asked = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"now", "utcnow"}
    ]
    assert asked == [], f"the clock is an argument; asked on lines {asked}"


WRITERS_OF_TIME = {
    # every function that changes hours, entries or free time, and so must hold the instructor's lock
    "replace_weekly_hours",
    "replace_dated_hours",
    "forget_time",
    "lay_time_off",
    "rewrite_free_spans",
}
LOCK_HOLDERS = {
    "instructors/services/calendar.py": {
        "occupy",
        "attend",
        "release",
        "lay_again",
        "rewrite",
        "rewrite_days",
        "rewrite_coming",
        "replace_days",
    },
    "instructors/services/hours.py": {"save"},
    "instructors/services/settings.py": {"save"},
    "instructors/services/time_off.py": {"add", "remove"},
    "instructors/services/weeks.py": {"save", "_carry"},
    "instructors/services/horizon.py": {"_extend", "compare"},
    "instructors/services/leaving.py": {"_give_up_time"},
    "instructors/services/setup.py": {"go_live"},
}


def test_every_writer_of_time_is_listed_and_takes_the_lock() -> None:
    """calendar.py's own functions expect the lock; all others take it themselves."""
    for path in SERVICES:
        name = str(path.relative_to(ROOT))
        for function in functions(path):
            calls = {
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
            }
            writes = calls & (WRITERS_OF_TIME | {"rewrite", "rewrite_days", "rewrite_coming", "replace_days"})
            if writes:
                assert function.name in LOCK_HOLDERS.get(name, set()), f"{name}: {function.name} writes time unlisted"
                assert name.endswith("/calendar.py") or "lock" in calls, f"{name}: {function.name} takes no lock"


# Who is what, is known where people are kept, and at the admin's door. Everybody else asks for a name, by `may`.
AT_THE_DOOR = {"templates/base.html", "instainstru/ops/middleware.py"}  # the way in, and the second factor it wants


def roles_asked(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            inside = node.value.attr if isinstance(node.value, ast.Attribute) else ""
            if node.attr in {"is_staff", "is_superuser"} or (inside == "groups" and node.attr != "through"):
                yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.keyword) and (node.arg or "").startswith("groups__"):
            yield f"line {node.value.lineno}: {node.arg}="


NOT_OF_PEOPLE = [
    path
    for path in SOURCES
    if path.relative_to(ROOT).parts[0] != "accounts" and str(path.relative_to(ROOT)) not in AT_THE_DOOR
]


@pytest.mark.parametrize("path", NOT_OF_PEOPLE, ids=ids(NOT_OF_PEOPLE))
def test_nobody_asks_what_somebody_is_but_what_they_may(path: Path) -> None:
    assert list(roles_asked(path)) == []


def test_no_template_asks_what_somebody_is_but_for_the_way_into_the_admin() -> None:
    asking = [path for path in (ROOT / "templates").rglob("*.*") if ROLE.search(path.read_text(encoding="utf-8"))]
    assert {str(path.relative_to(ROOT)) for path in asking} <= AT_THE_DOOR


def test_the_model_test_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "views.py"
    wrong.write_text("from x.models import Y\nY.objects.get(pk=1)\n")
    assert list(rows_touched(wrong)) == ["line 2: .objects"]
    wrong.write_text("if user.is_staff or user.groups.filter(name='support'):\n    found(groups__name='x')\n")
    assert len(list(roles_asked(wrong))) == 3
    wrong.write_text("for group in category.groups:\n    shown(group)\n")
    assert list(roles_asked(wrong)) == []
