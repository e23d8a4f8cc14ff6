"""Conventions that a test checks: who may import whom, and that a real start of the explorer loads no torch."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GL_PACKAGES = {"pyglet", "moderngl", "imgui_bundle", "explorer"}
TORCH = {"torch", "torchvision", "sklearn", "scipy"}


def imports(path: Path) -> set[str]:
    """Dotted names that a module imports anywhere in its text."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def modules(package: str) -> dict[str, Path]:
    """Dotted name → file of every module of a package."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / package).rglob("*.py")
    }


COMPUTE, EXPLORER = modules("compute"), modules("explorer")


@pytest.mark.parametrize("name", sorted(COMPUTE))
def test_compute_imports_no_gl_package_and_no_explorer(name):
    assert not tops(COMPUTE[name]) & GL_PACKAGES


@pytest.mark.parametrize("name", sorted(EXPLORER))
def test_nothing_that_explorer_imports_knows_torch(name):
    """Directly or through any module of compute, wherever in its text the import stands."""
    assert not tops(EXPLORER[name]) & TORCH
    seen: set[str] = set()
    waiting = imports(EXPLORER[name]) & set(COMPUTE)
    while waiting:
        module = waiting.pop()
        seen.add(module)
        assert not tops(COMPUTE[module]) & TORCH, f"through {module}"
        waiting |= (imports(COMPUTE[module]) & set(COMPUTE)) - seen


def test_layers_do_not_import_each_other():
    for path in (ROOT / "explorer" / "layers").glob("*.py"):
        assert not {name for name in imports(path) if name.startswith("explorer.layers")}


def test_imports_go_one_way():
    """No cycle between the modules of a package."""
    for package in ("compute", "explorer"):
        files = {name: path for name, path in modules(package).items() if path.stem != "__init__"}
        graph = {name: imports(path) & set(files) for name, path in files.items()}
        done: set[str] = set()
        while ready := {name for name in graph if name not in done and graph[name] <= done}:
            done |= ready
        assert not set(graph) - done, "these import each other in a circle"


def test_packages_of_the_explorer_import_one_way():
    """What the docstring of the explorer promises: each package imports only from those above it in its list."""
    text = ast.get_docstring(ast.parse((ROOT / "explorer" / "__init__.py").read_text(encoding="utf-8"))) or ""
    order = [line.split("/")[0].strip() for line in text.splitlines() if line.startswith("    ") and "/  " in line]
    assert {path.name for path in (ROOT / "explorer").iterdir() if (path / "__init__.py").exists()} == set(order)
    for name, path in EXPLORER.items():
        package = name.split(".")[1] if "." in name else ""
        used = {found.split(".")[1] for found in imports(path) if found.startswith("explorer.")} & set(order)
        if package in order:
            assert used <= set(order[: order.index(package) + 1]), name


def test_rendering_a_picture_loads_no_torch(tmp_path):
    script = (
        "import sys\n"
        "sys.argv = ['basin', 'render', sys.argv[1], '-o', sys.argv[2]]\n"
        "from explorer.command_line.commands import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "found = {'torch', 'torchvision', 'sklearn', 'scipy'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    out = tmp_path / "p.png"
    ready = ROOT / "assets" / "ready"
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    run = subprocess.run(
        [sys.executable, "-c", script, str(ready), str(out)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert out.exists()
