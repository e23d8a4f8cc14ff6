"""The wheel, installed where no checkout can be seen, draws a picture."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
SIZE = (320, 240)


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of a command that must succeed, without the paths and displays that could help it."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    result = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def binaries(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of a new environment that holds the wheel and borrows the other packages.

    A .pth file adds our site-packages to its path, but the .pth files in there, among them the one that points to this
    checkout, are not followed.
    """
    venv = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv.parent)
    python = venv / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=venv.parent)
    purelib = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=venv.parent)
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(purelib.strip(), "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n")
    return venv / "bin"


def quad_mesh(n_alpha: int, n_beta: int) -> str:
    """ASCII PLY of two wells: x fastest, the loss in the scalar s, quads between the vertices."""
    names = ("x", "y", "z", "vx", "vy", "vz", "s")
    header = [
        "ply",
        "format ascii 1.0",
        f"element vertex {n_alpha * n_beta}",
        *(f"property double {name}" for name in names),
        f"element face {(n_alpha - 1) * (n_beta - 1)}",
        "property list uchar int vertex_indices",
        "end_header",
    ]
    vertices = [
        f"{x:.17g} {y:.17g} 0 0 0 0 {(x * x - 0.4) ** 2 + 0.5 * y * y + 0.1 * x:.17g}"
        for y in np.linspace(-1, 1, n_beta)
        for x in np.linspace(-1, 1, n_alpha)
    ]
    corners = [row * n_alpha + column for row in range(n_beta - 1) for column in range(n_alpha - 1)]
    faces = [f"4 {k} {k + 1} {k + n_alpha + 1} {k + n_alpha}" for k in corners]
    return "\n".join([*header, *vertices, *faces]) + "\n"


def test_wheel_holds_code_shaders_and_assets(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    resources = [path for kind in ("shaders", "assets") for path in (ROOT / kind).rglob("*") if path.is_file()]
    assert len(resources) > 10
    assert {f"explorer/{path.relative_to(ROOT).as_posix()}" for path in resources} <= names
    code = [path for package in ("compute", "explorer") for path in (ROOT / package).rglob("*.py")]
    assert {path.relative_to(ROOT).as_posix() for path in code} | {"basin.py"} <= names
    assert not [name for name in names if name.startswith(("tests/", "shaders/", "assets/"))]


def test_installed_packages_are_not_the_checkout(binaries: Path, tmp_path: Path) -> None:
    look = "import sys, basin, compute, explorer; print(basin.__file__, compute.__file__, explorer.__file__, *sys.path)"
    *origins, path = run(binaries / "python", "-c", look, cwd=tmp_path).strip().split(" ", 3)
    assert all(Path(origin).is_relative_to(binaries.parent) for origin in origins)
    assert str(ROOT) not in path.split(" ")


def test_installed_command_renders_a_picture(binaries: Path, tmp_path: Path) -> None:
    mesh = tmp_path / "wells.ply"
    mesh.write_text(quad_mesh(17, 13))
    empty = tmp_path / "empty"
    empty.mkdir()
    size = f"{SIZE[0]}x{SIZE[1]}"
    run(binaries / "basin", "render", mesh, "-o", "picture.png", "--size", size, cwd=empty)

    assert [path.name for path in empty.iterdir()] == ["picture.png"]
    with Image.open(empty / "picture.png") as picture:
        assert (picture.format, picture.size) == ("PNG", SIZE)
        colours = np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)
    assert len(colours) > 200, "a lit surface has many shades, a background alone has few"
