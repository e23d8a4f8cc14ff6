"""Conventions that a test checks: who may import whom, and that a real start of the explorer loads no torch."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GL_PACKAGES = {"pyglet", "moderngl", "imgui_bundle", "explorer"}
METHOD = {"datasets", "models", "training", "checkpoints", "directions", "plane", "loss", "sampling", "demo", "worker"}
TORCH = {"torch", "torchvision", "sklearn"}


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


@pytest.mark.parametrize("path", sorted((ROOT / "compute").glob("*.py")), ids=lambda path: path.stem)
def test_compute_imports_no_gl_package_and_no_explorer(path):
    assert not tops(path) & GL_PACKAGES


@pytest.mark.parametrize("path", sorted((ROOT / "compute").glob("*.py")), ids=lambda path: path.stem)
def test_only_the_method_half_knows_torch(path):
    if path.stem not in METHOD:
        assert not tops(path) & TORCH
        assert not imports(path) & {f"compute.{name}" for name in METHOD}


@pytest.mark.parametrize("path", sorted((ROOT / "explorer").rglob("*.py")), ids=lambda path: path.stem)
def test_explorer_knows_neither_torch_nor_the_method_half(path):
    assert not tops(path) & TORCH
    assert not imports(path) & {f"compute.{name}" for name in METHOD}


def test_layers_do_not_import_each_other():
    for path in (ROOT / "explorer" / "layers").glob("*.py"):
        assert not {name for name in imports(path) if name.startswith("explorer.layers")}


def test_imports_go_one_way():
    """No cycle between the modules of a package."""
    for package in ("compute", "explorer"):
        modules = {f"{package}.{p.relative_to(ROOT / package).with_suffix('').as_posix().replace('/', '.')}": p
                   for p in (ROOT / package).rglob("*.py") if p.stem != "__init__"}  # fmt: skip
        graph = {name: imports(path) & set(modules) for name, path in modules.items()}
        done: set[str] = set()
        while ready := {name for name in graph if name not in done and graph[name] <= done}:
            done |= ready
        assert not set(graph) - done, "these import each other in a circle"


def test_rendering_a_picture_loads_no_torch(tmp_path):
    script = (
        "import sys\n"
        "sys.argv = ['basin', 'render', sys.argv[1], '-o', sys.argv[2]]\n"
        "from explorer.commands import main\n"
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
