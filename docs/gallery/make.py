"""Makes the gallery: every picture of this folder, and the page that shows each with its command. `make gallery`."""

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
READY = "assets/ready"
ASKED = "docs/gallery/asked"  # the network was asked for critical points and curvature: ASKING says how
ASKING = """basin demo
basin sample demo/run --out demo/pca --verify --curvature plane --curvature-points 17
basin sample demo/run --out demo/pca --curvature spectrum --curvature-points 5"""
SIZE, FILM = "960x600", ("--size", "400x250", "--fps", "10", "--samples", "16", "--title", "")


@dataclass(frozen=True)
class Piece:
    """A picture, what it shows, and the options that make it."""

    file: str
    shows: str
    command: str
    options: tuple[str, ...]
    path: str = READY

    @property
    def arguments(self) -> list[str]:
        """Of `basin`, from the root of the repository."""
        size = () if "--size" in self.options else ("--size", SIZE)
        return [self.command, self.path, "-o", f"docs/gallery/{self.file}", *size, *self.options]


def _picture(file: str, shows: str, options: str, path: str = READY) -> Piece:
    return Piece(file, shows, "render", tuple(shlex.split(options)), path)


def _film(file: str, shows: str, options: str) -> Piece:
    return Piece(file, shows, "record", (*FILM, *shlex.split(options)))


PIECES = (
    _picture("home.png", "The loss over the plane of the training path, and the path itself.", ""),
    _picture("map.png", "The same from above, with values along the isolines.", "--view map --theme light"),
    _film(
        "descent.gif",
        "Down the training path, with a counter of step and loss.",
        "--flight descent --seconds 7 --no-legend",
    ),
    _picture(
        "inside.png",
        "Cut off at a loss of 30 and open above: a look into the basin.",
        "--cap 30 --colours magma --azimuth -35 --elevation 38",
    ),
    _picture(
        "section.png",
        "Half of it cut away along the middle, on true lines between the measured points.",
        "--cut-beta 0.5,1 --surface mesh --view front --elevation 28 --no-smooth --theme light",
    ),
    _picture(
        "isolines.png",
        "Isolines alone, at their heights and on the floor.",
        "--surface hidden --contours colour-map --contour-count 40 --on-floor --no-critical-points",
    ),
    _film("refine.gif", "How it was measured: 5 points an axis, then 9, 17, 33, 65.", "--flight refine --seconds 6"),
    _picture(
        "error.png",
        "Coloured by the error bar of each place.",
        "--colour-by error-bar --colours cividis --contours off",
    ),
    _picture(
        "accuracy.png",
        "The accuracy of training as terrain.",
        "--metric train_accuracy --colours turbo --azimuth -120 --elevation 40",
    ),
    _picture(
        "faceted.png",
        "The hill of accuracy, cut like a stone: each facet is the plane through four measured points.",
        "--metric train_accuracy --surface faceted --colours grey --contours off --no-critical-points "
        "--relief 1 --azimuth -120 --elevation 35 --distance 2.8 --target=-0.35,0,0.38",
    ),
    _film("rise.gif", "From the map into the third dimension.", "--flight rise --seconds 5 --theme light"),
    _picture(
        "paper.svg",
        "For papers: paths and text that can be edited (also as .pdf).",
        "--size 480x400 --contours colour-map --contour-levels 0.1,0.2,0.5,1,2,5,10,20,50,100,200 --heavier 0",
    ),
    _picture(
        "arrows.png",
        "Steepest descent, from gradients of the network. The dots in the marks: Newton's method ended there.",
        "--arrows --view map --theme light",
        ASKED,
    ),
    _picture(
        "curvature.png",
        "The least curvature within the plane: red where every line curves upwards, blue where one curves down.",
        "--colour-by curvature_low",
        ASKED,
    ),
    _picture(
        "ratio.png",
        "How far from convex the whole network is: |λmin / λmax| of the full Hessian, on 5 x 5 points.",
        "--colour-by lambda_ratio --view map",
        ASKED,
    ),
)


def page() -> str:
    """The page, in Markdown."""
    parts = [
        "# Gallery\n\nA ResNet-8 on handwritten digits (`assets/ready`): the loss over the plane of its training path. "
        "`make gallery` makes this\nfolder anew; each picture stands with the command that makes it.\n"
        f"\nThe last ones show another training of the kind (`{ASKED}`), of which the network was asked:\n\n"
        f"```sh\n{ASKING}\n```\n"
    ]
    for piece in PIECES:
        command = shlex.join(["basin", *piece.arguments])
        parts.append(f"![{piece.shows}]({piece.file})\n\n{piece.shows}\n\n```sh\n{command}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """All of it, or the files named on the command line."""
    basin = Path(sys.executable).with_name("basin")
    windowless = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    for piece in PIECES:
        if not sys.argv[1:] or piece.file in sys.argv[1:]:
            subprocess.run([basin, *piece.arguments], cwd=ROOT, env=windowless, check=True)
    (FOLDER / "README.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
