"""Small PLY files in the layout of the seed system: vertices x y z vx vy vz s row-major, quads."""

from pathlib import Path

import numpy as np

from compute.landscape import Domain, Floats

VERTEX = ["x", "y", "z", "vx", "vy", "vz", "s"]


def ply_bytes(domain: Domain, values: Floats, layout: str = "ascii") -> bytes:
    """``layout`` is ascii, binary_little_endian or binary_big_endian."""
    x, y = np.meshgrid(domain.alphas, domain.betas)
    rows = np.zeros((values.size, len(VERTEX)))
    rows[:, 0], rows[:, 1], rows[:, 6] = x.ravel(), y.ravel(), values.ravel()
    faces = quads(domain)
    head = header(len(rows), len(faces), layout).encode()
    if layout == "ascii":
        lines = [" ".join(repr(float(number)) for number in row) for row in rows]
        lines += [" ".join(map(str, [4, *face])) for face in faces]
        return head + "\n".join(lines).encode() + b"\n"
    order = "<" if layout == "binary_little_endian" else ">"
    body = np.zeros(len(faces), [("count", "u1"), ("index", f"{order}i4", 4)])
    body["count"], body["index"] = 4, faces
    return head + rows.astype(f"{order}f8").tobytes() + body.tobytes()


def write_ply(path: Path, domain: Domain, values: Floats, layout: str = "ascii") -> Path:
    path.write_bytes(ply_bytes(domain, values, layout))
    return path


def header(vertices: int, faces: int, layout: str = "ascii") -> str:
    properties = "\n".join(f"property double {name}" for name in VERTEX)
    return (
        f"ply\nformat {layout} 1.0\nelement vertex {vertices}\n{properties}\n"
        f"element face {faces}\nproperty list uchar int vertex_indices\nend_header\n"
    )


def quads(domain: Domain) -> list[list[int]]:
    n = domain.n_alpha
    corners = [row * n + column for row in range(domain.n_beta - 1) for column in range(n - 1)]
    return [[i, i + 1, i + n + 1, i + n] for i in corners]
