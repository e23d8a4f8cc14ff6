"""The OpenGL fixture, and the switch that makes new golden images."""

import importlib
import os
import sys
from collections.abc import Iterator

import moderngl
import pytest

from explorer.gl.graphics import windowless_context

CREATORS = ("buffer", "texture", "program", "vertex_array", "framebuffer", "renderbuffer", "depth_renderbuffer")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate-golden", action="store_true", help="write the golden images instead of comparing")


@pytest.fixture(scope="session", autouse=True)
def state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Recent files of tests are nobody's."""
    os.environ["BASIN_STATE"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def shared_context() -> Iterator[moderngl.Context]:
    if "torch" in sys.modules:  # its compiler crashes if it is loaded after Mesa, which brings another LLVM
        importlib.import_module("torch._dynamo")
    ctx = windowless_context()
    ctx.extra = ctx.simple_framebuffer((1, 1))  # to fall back on before a test releases what it drew into
    yield ctx
    ctx.__enter__()
    ctx.release()


@pytest.fixture
def gl(shared_context: moderngl.Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[moderngl.Context]:
    """A context whose test must leave no GL error behind and release every object that it made."""
    made: list[object] = []
    shared_context.__enter__()  # current again, after tests that made a context of their own
    shared_context.extra.use()

    def recording(create):
        def create_and_note(*args, **kwargs):
            made.append(create(*args, **kwargs))
            return made[-1]

        return create_and_note

    for name in CREATORS:
        monkeypatch.setattr(shared_context, name, recording(getattr(shared_context, name)))
    assert shared_context.error == "GL_NO_ERROR", "left behind by an earlier test"
    yield shared_context
    assert shared_context.error == "GL_NO_ERROR"
    leaked = [thing for thing in made if not isinstance(thing.mglo, moderngl.InvalidObject)]
    assert not leaked, f"not released: {leaked}"
