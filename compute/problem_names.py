"""What names a problem of the user's, looked at without importing anything: for commands, which load no torch."""

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from compute.errors import BadInputError, location

HOW = "give MODULE:FUNCTION or FILE.py:FUNCTION, a function without arguments that returns a basin.Problem"


def check_problem_name(name: str) -> None:
    """Whether such a function is to be expected, without importing or running anything: quick, and without torch.

    Raises BadInputError for a file or module that is not there or is no Python, and where no function of that name
    stands in it. What is wrong beyond that ``load_problem`` finds.
    """
    where, function_name = split_name(name)
    file = Path(where)
    if file.suffix == ".py":
        if not file.is_file():
            raise BadInputError(f"--problem {name}: no such file {where}; {HOW}")
        source: Path | None = file
    else:
        found = _spec(where)
        if found is None:
            raise BadInputError(f"--problem {name}: no module {where} here or among the installed ones; {HOW}")
        source = Path(found.origin) if found.origin and found.origin.endswith(".py") else None
    if source is not None:
        tree = users_code(name, lambda: ast.parse(source.read_bytes(), str(source)))
        if not _may_define(tree, function_name):
            raise BadInputError(f"--problem {name}: {where} has no function {function_name}; {HOW}")


def split_name(name: str) -> tuple[str, str]:
    """Module or file, and function."""
    where, _, function_name = name.rpartition(":")
    if not where or not function_name.isidentifier():
        raise BadInputError(f"--problem {name}: {HOW}")
    return where, function_name


def users_code(name: str, function: Callable[[], Any]) -> Any:
    """The boundary to the user's code: whatever it raises becomes one line that says where."""
    try:
        return function()
    except Exception as error:
        place = location(error)
        if isinstance(error, SyntaxError) and error.filename:
            place = f"{Path(error.filename).name} line {error.lineno}"
        text = str(error).partition("\n")[0]
        raise BadInputError(f"--problem {name}: {type(error).__name__}: {text} ({place})") from error


def _spec(module: str) -> ModuleSpec | None:
    """Where a module would be found from the current folder, none of its parents imported."""
    path: Sequence[str] | None = [str(Path.cwd()), *sys.path]
    parts, found = module.split("."), None
    for k in range(len(parts)):
        try:
            found = PathFinder.find_spec(".".join(parts[: k + 1]), path)
        except (ImportError, ValueError):
            return None
        if found is None:
            return None
        path = found.submodule_search_locations
        if path is None and k < len(parts) - 1:
            return None
    return found


def _may_define(tree: ast.Module, name: str) -> bool:
    """Whether a name may be there once the module has run: bound at its top level, or by what cannot be seen."""
    for node in _at_top_level(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound = {node.name}
            case ast.Import() | ast.ImportFrom():
                bound = {alias.asname or alias.name.partition(".")[0] for alias in node.names}
            case ast.Name(ctx=ast.Store()):
                bound = {node.id}
            case _:
                continue
        if bound & {name, "*", "__getattr__"}:
            return True
    return False


def _at_top_level(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those within functions and classes."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _at_top_level(node)
