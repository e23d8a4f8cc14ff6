"""Finding the user's own problem: ``my_module:make_problem`` or ``folder/file.py:make_problem``."""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from compute.errors import BadInputError
from compute.problem import Problem
from compute.problem_names import HOW, split_name, users_code


def load_problem(name: str) -> Problem:
    """Call the user's function. Raises BadInputError, naming file and line where it is their code that fails."""
    where, function_name = split_name(name)
    module = _module(name, where)
    function = getattr(module, function_name, None)
    if not callable(function):
        raise BadInputError(f"--problem {name}: {where} has no function {function_name}; {HOW}")
    problem = users_code(name, function)
    if not isinstance(problem, Problem):
        raise BadInputError(f"--problem {name}: returned {type(problem).__name__}, not a basin.Problem")
    _check(name, problem)
    return problem


def _module(name: str, where: str) -> ModuleType:
    file = Path(where)
    if file.suffix == ".py" and not file.is_file():
        raise BadInputError(f"--problem {name}: no such file {where}; {HOW}")
    sys.path.insert(0, str(file.resolve().parent if file.suffix == ".py" else Path.cwd()))
    if file.suffix == ".py":
        where = file.stem
    elif _missing(where):
        raise BadInputError(f"--problem {name}: no module {where} here or among the installed ones; {HOW}")
    module: ModuleType = users_code(name, lambda: importlib.import_module(where))
    if file.suffix == ".py" and Path(module.__file__ or "").resolve() != file.resolve():
        raise BadInputError(f"--problem {name}: a module called {where} is loaded already; rename {file.name}")
    return module


def _missing(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is None
    except (ImportError, ValueError):
        return True


def _check(name: str, problem: Problem) -> None:
    empty = [split for split, batches in problem.splits.items() if not len(batches)] if problem.splits else ["train"]
    if empty:
        raise BadInputError(f"--problem {name}: no batches in {empty[0]}; a loss needs at least one")
    taken = [metric for metric in problem.metrics if metric == "loss" or not metric.isidentifier()]
    if taken:
        raise BadInputError(f"--problem {name}: a metric is called {taken[0]!r}; use a word other than loss")
