"""Conventions of the shader files, checked in their text; whether they compile is seen by the tests that draw."""

import re
from pathlib import Path

import pytest

from explorer.gl.shader import source
from explorer.layers import contours
from explorer.resources import resource

FOLDER = resource("shaders", "lib").parent
STAGES = sorted(path.name for path in FOLDER.iterdir() if path.is_file())
LEAVES = sorted(path.relative_to(FOLDER).as_posix() for path in (FOLDER / "lib").iterdir())
DECLARATION = re.compile(
    r"^(?:layout\([^)]*\)\s*)?(?P<flat>flat\s+)?(?P<kind>uniform|in|out)\s+(?P<type>\w+)\s+(?P<name>\w+)(?:\[\w*\])?;"
)
SCALARS = {"float": 1, "int": 1, "vec2": 2, "vec3": 3, "vec4": 4}


def lines_of(name: str) -> list[str]:
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()


def declarations(name: str) -> list[tuple[str, str, str]]:
    """(kind, type, name) of what a file declares at its outermost level."""
    matches = (DECLARATION.match(line) for line in lines_of(name))
    return [(match["kind"], match["type"], match["name"]) for match in matches if match]


def code_of(name: str) -> str:
    """A file with its leaf files, without comments."""
    return re.sub(r"//.*", "", source(name))


def number(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    assert len(found) == 1, pattern
    return int(found[0])


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_shaders_in_pairs() -> None:
    """A layer is a vertex and a fragment shader; what is captured has a geometry shader instead."""
    for stem in {Path(name).stem for name in STAGES}:
        ends = {Path(name).suffix for name in STAGES if Path(name).stem == stem}
        assert ends in ({".vert", ".frag"}, {".vert", ".geom"}), stem


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_begins_with_its_version(name: str) -> None:
    assert lines_of(name)[0] == "#version 330 core"


@pytest.mark.parametrize("name", STAGES + LEAVES)
def test_a_file_says_in_its_first_words_what_it_is_for(name: str) -> None:
    first = next(line for line in lines_of(name) if not line.startswith("#version"))
    assert re.match(r"// [A-Z].{20,}\.", first), first


def test_nothing_is_used_but_plain_ascii() -> None:
    """GLSL 3.30 knows no other letters; some drivers refuse them even in comments."""
    for name in STAGES + LEAVES:
        assert (FOLDER / name).read_bytes().isascii(), name


# ── includes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", STAGES)
def test_every_include_names_a_leaf_file_once(name: str) -> None:
    included = [line for line in lines_of(name) if "#include" in line]
    names = [line.split('"')[1] for line in included]
    assert set(names) <= set(LEAVES) and len(set(names)) == len(names)
    assert "#include" not in source(name), "one is written in a way that is not understood"


@pytest.mark.parametrize("name", LEAVES)
def test_leaf_files_include_nothing_and_have_no_version(name: str) -> None:
    assert not re.search(r"^\s*#", "\n".join(lines_of(name)), re.MULTILINE)


def test_every_leaf_file_is_used() -> None:
    used = {line.split('"')[1] for name in STAGES for line in lines_of(name) if line.startswith("#include")}
    assert used == set(LEAVES)


@pytest.mark.parametrize("name", STAGES)
def test_compiler_messages_have_the_line_numbers_of_the_files(name: str) -> None:
    """Count as a compiler does: in GLSL 3.30 ``#line n`` gives the next line the number n."""
    files = {leaf: lines_of(leaf) for leaf in LEAVES}
    own, includes = lines_of(name), [line.split('"')[1] for line in lines_of(name) if line.startswith("#include")]
    current, count, waiting = own, 0, list(includes)
    for line in source(name).splitlines():
        count += 1
        directive = re.fullmatch(r"#line (\d+)", line)
        if directive:
            current = files[waiting.pop(0)] if current is own else own
            count = int(directive[1]) - 1
        else:
            assert current[count - 1] == line
    assert not waiting and current is own and count == len(own)


def test_an_included_file_is_put_in_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.vert").write_text('#version 330 core\n#include "leaf.glsl"\nvoid main() {}\n')
    (tmp_path / "leaf.glsl").write_text("float one() {\n    return 1.0;\n}\n\n")
    monkeypatch.setattr("explorer.gl.shader.resource", lambda _, name: tmp_path / name)
    assert source("a.vert") == (
        "#version 330 core\n#line 1\nfloat one() {\n    return 1.0;\n}\n#line 3\nvoid main() {}\n"
    )


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", STAGES + LEAVES)
def test_prefixes_say_where_a_value_comes_from(name: str) -> None:
    """u uniform, t texture, a attribute, i instance, v varying, s captured segment, and ``colour`` for the picture."""
    end = Path(name).suffix
    for kind, type_, variable in declarations(name):
        if kind == "uniform":
            allowed = r"t_\w+" if type_.startswith("sampler") else r"u_\w+"
        elif kind == "in":
            allowed = r"[ai]_\w+" if end == ".vert" else r"v_\w+"
        else:
            allowed = {".vert": r"v_\w+", ".geom": r"s_\w+", ".frag": "colour"}[end]
        assert re.fullmatch(allowed, variable), f"{kind} {type_} {variable}"


@pytest.mark.parametrize("name", STAGES + LEAVES)
def test_globals_and_constants_are_told_from_the_rest(name: str) -> None:
    """At the outermost level: constants in capitals, anything else that can change begins with g."""
    for line in lines_of(name):
        if constant := re.match(r"const \w+ (\w+)", line):
            assert constant[1] == constant[1].upper(), line
        elif variable := re.match(r"(?:float|int|bool|[iub]?vec[234]|mat[234]) (\w+)(?: = .*)?;", line):
            assert variable[1].startswith("g_"), line


@pytest.mark.parametrize("name", STAGES)
def test_no_declaration_goes_unseen_by_these_tests(name: str) -> None:
    body = re.sub(r"\{.*?\n\}", "", "\n".join(lines_of(name)), flags=re.DOTALL)
    written = re.findall(r"^(?:\w+ )*(?:uniform|in|out) .*$", body, re.MULTILINE)
    assert len(written) == len(declarations(name))


@pytest.mark.parametrize("name", STAGES)
def test_what_is_declared_is_used(name: str) -> None:
    for _, _, variable in declarations(name):
        assert len(re.findall(rf"\b{variable}\b", code_of(name))) > 1, variable


@pytest.mark.parametrize("name", [name for name in STAGES if name.endswith(".frag")])
def test_the_fragment_shader_takes_what_the_vertex_shader_gives(name: str) -> None:
    given = {(type_, variable) for kind, type_, variable in declarations(f"{Path(name).stem}.vert") if kind == "out"}
    taken = {(type_, variable) for kind, type_, variable in declarations(name) if kind == "in"}
    assert taken == given
    for _, variable in taken:
        flat = [re.search(rf"^flat (?:in|out) \w+ {variable};", code_of(file), re.MULTILINE) is not None
                for file in (name, f"{Path(name).stem}.vert")]  # fmt: skip
        assert flat[0] == flat[1], variable


# ── limits ────────────────────────────────────────────────────────────────────────────────────────────────────────────

GEOMETRY = "contours_capture.geom"


def captured_scalars() -> int:
    return sum(SCALARS[type_] for kind, type_, _ in declarations(GEOMETRY) if kind == "out")


def test_the_geometry_shader_stays_within_what_every_driver_has() -> None:
    """OpenGL 3.3 promises 256 vertices and 1024 scalars from one invocation, and no more."""
    vertices = number(r"max_vertices = (\d+)", code_of(GEOMETRY))
    assert "gl_Position" not in code_of(GEOMETRY), "would be four scalars more"
    assert vertices <= 256
    assert vertices * captured_scalars() <= 1024


def test_a_captured_segment_has_the_size_that_the_buffer_reckons_with() -> None:
    assert captured_scalars() * 4 == contours.SEGMENT_BYTES


def test_instances_share_the_levels_without_gap_or_overlap() -> None:
    """One instance draws BATCH levels, the next goes on behind them; a saddle cell has two segments a level."""
    code = code_of(GEOMETRY)
    declared = number(r"const int BATCH = (\d+);", code)
    assert declared == contours.BATCH
    assert code.count("+ v_batch[0] * BATCH;") == 1 and code.count("first + BATCH);") == 1
    assert number(r"max_vertices = (\d+)", code) >= 2 * contours.BATCH


def test_each_segment_is_one_vertex() -> None:
    code = code_of(GEOMETRY)
    assert "layout(points, max_vertices" in code
    assert code.count("EmitVertex();") == 1
