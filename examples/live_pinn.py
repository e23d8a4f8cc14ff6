"""A physics-informed network without labels, recorded as it trains: the Poisson equation −u″ = f on [0, 1].

f(x) = π² sin(πx) + 16 π² sin(4πx) / 4 and u(0) = u(1) = 0, so that u(x) = sin(πx) + sin(4πx) / 4 is the solution. The
boundary is built into the network's output. Start it, and look from another terminal while it trains, or later:

    python examples/live_pinn.py
    basin explore runs/live_pinn --problem examples/live_pinn.py:make_problem
    basin sample runs/live_pinn --problem examples/live_pinn.py:make_problem --directions pca
"""

import math
import sys
from pathlib import Path

import torch
from torch import nn

from basin import Problem, Recorder

OUT = Path("runs/live_pinn")
STEPS = 3000


def make_model() -> nn.Module:
    """x → network, two hidden layers of 32 with tanh; the same start every time."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))


def solution(x: torch.Tensor) -> torch.Tensor:
    """What the network should find; the training never sees it."""
    return torch.sin(math.pi * x) + torch.sin(4 * math.pi * x) / 4


def force(x: torch.Tensor) -> torch.Tensor:
    """−u″ of the solution."""
    return math.pi**2 * torch.sin(math.pi * x) + 4 * math.pi**2 * torch.sin(4 * math.pi * x)


def solve(model: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """u = x (1 − x) network(x), which keeps the boundary, and u″; at the places x (n, 1)."""
    x = x.detach().requires_grad_()
    u = x * (1 - x) * model(x)
    (first,) = torch.autograd.grad(u.sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
    return u, second


def loss(output: tuple[torch.Tensor, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Mean squared residual of the equation."""
    return (output[1] + force(x)).square().mean()


def make_problem() -> Problem:
    """One batch: 100 fixed places. The distance from the solution is a metric of its own."""
    return Problem(
        model=make_model(),
        batches=[(torch.arange(100)[:, None] + 0.5) / 100],
        forward=solve,
        loss=loss,
        metrics={"error": lambda output, x: (output[0] - solution(x)).square().mean()},
        differentiates=True,
        provenance={"title": "Poisson equation, PINN 1-32-32-1"},
    )


def train(steps: int = STEPS) -> None:
    """Adam with a falling rate; the two lines with a recorder are all that recording takes."""
    problem = make_problem()
    model, (x,) = problem.model, problem.batches
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    recorder = Recorder(OUT, model, resume=True)  # so that a second run may use the folder again
    print(f"basin explore {OUT} --problem examples/live_pinn.py:make_problem", flush=True)
    for step in range(steps + 1):
        value = loss(solve(model, x), x)
        recorder.record(step, value)  # the loss of these very weights
        if step == steps:
            break
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        schedule.step()
    error = (solve(model, x)[0] - solution(x)).square().mean().sqrt().item()
    print(f"loss {value.item():.2e}, distance from the solution {error:.1e}")


if __name__ == "__main__":
    train(*map(int, sys.argv[1:]))
