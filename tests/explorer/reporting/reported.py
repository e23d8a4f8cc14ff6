"""A landscape that has everything that a report can show, with names that try to be markup; and a page taken apart."""

from html.parser import HTMLParser

import numpy as np

from compute.landscape import Domain, Landscape, Trajectory
from compute.verification import Outcome, Verdict
from tests.surfaces import DOUBLE_WELL

NASTY = "<script>alert(\"x\")</script> & 'α' \x00\x1b\ud800</title>"
VOID = {"br", "img", "link", "meta", "source"}


def rich(name: str = NASTY, n: int = 33) -> Landscape:
    """A double well with a path, verdicts, curvature, sharpness and a record of levels."""
    domain, values = DOUBLE_WELL.on_grid(n, n)
    values = values + 1
    values[:, : n // 2] += 1e-3
    sparse = np.full(domain.shape, np.nan)
    sparse[:: (n - 1) // 4, :: (n - 1) // 4] = np.linspace(0, 0.5, 25).reshape(5, 5)
    steps = np.arange(0.0, 60, 10)
    path = Trajectory(
        steps, steps / 10, np.linspace(-1.5, 0, 6), np.linspace(0.5, 0, 6), np.linspace(2, 0, 6),
        np.geomspace(3, 0.5, 6), np.geomspace(4, 0.5, 6),
    )  # fmt: skip
    verdicts = [
        Verdict(-1.0, 0.0, 0, Outcome.VERIFIED, (-0.99, 0.01), 0, 1.0, (2.0, 8.0), 1e-9, 0.25, 3, "converged"),
        Verdict(1.0, 0.0, 0, Outcome.REFUTED, (0.3, 0.2), None, 1.5, (-1.0, 2.0), 1e-3, 0.5, 20, "left the cell"),
    ]
    about = {
        "kind": "landscape", "title": name, "model": {"name": NASTY, "parameters": 19810},
        "data": {"name": "digits", "digest": "abc"}, "seed": 3, "examples": {"train": 512},
        "directions": {"kind": "pca", "normalisation": "none", "norms": [1.0, 2.0], "cosine": 0.25},
        "explained_variance": [0.5, 0.25], "precision": "fp32 forward, fp64 sums",
        "software": {"torch": "2.15.0"}, "centre": {"digest": "abc"},
        "sample": {"directions": "pca", "resolution": n, "examples": 2048, "recalibrate_bn": False},
        "refinement": [{"points": [5, 5], "evaluations": 25, "surplus": None, "where": None, "relative": True},
                       {"points": [9, 9], "evaluations": 56, "surplus": 0.125, "where": [0.5, 0.25],
                        "relative": True}],
        "maps": {"lambda_ratio": {"examples": 512}},
        "verification": {"points": [verdict.describe() for verdict in verdicts], "examples": 512},
        "sharpness": {"split": "train", "examples": 512, "loss": 0.5, "gradient_norm": 0.125,
                      "eigenvalues": [32.5, 8.25], "residuals": [1e-5, 1e-5], "lambda_min": -0.75,
                      "lambda_min_residual": 1e-4, "trace": 123.5, "trace_error": 2.5, "probes": 8,
                      "parameters": 19810},
    }  # fmt: skip
    metrics = {"train_loss": values, NASTY: values * 2, "lambda_ratio": sparse}
    return Landscape(name, domain, metrics, np.full(domain.shape, 512, np.uint32), path, about)


def line() -> Landscape:
    """A line between two networks."""
    domain = Domain((-0.5, 1.5), (0.0, 0.0), 33, 1)
    t = domain.alphas
    values = (2 - t + 4 * t * (1 - t) + 3)[None]
    about = {"kind": "landscape", "directions": {"kind": "between", "normalisation": "none", "norms": [3.0]}}
    return Landscape("a line", domain, {"train_loss": values}, np.ones(domain.shape, np.uint32), None, about)


class Page(HTMLParser):
    """The elements of a page, and whether each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs), attrs
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """All that is read on it."""
        return "\n".join(self.texts)
