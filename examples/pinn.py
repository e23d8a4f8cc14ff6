"""A physics-informed network without labels: the damped oscillator u″ + 0.4 u′ + 4 u = 0, u(0) = 1, u′(0) = 0.

Its loss takes derivatives of the network with respect to its input, so the problem says ``differentiates=True``.

    python examples/pinn.py
    basin sample 'runs/pinn/step-*.pt' --problem examples/pinn.py:make_problem --directions pca
    basin sample 'runs/pinn/step-*.pt' --problem examples/pinn.py:make_problem --directions hessian
    basin explore runs/pinn
"""

from pathlib import Path

import torch
from torch import nn

from basin import Problem

OUT = Path("runs/pinn")
STEPS, EVERY = 4000, 100
DAMPING, STIFFNESS, END = 0.4, 4.0, 6.0
INITIAL_WEIGHT = 10.0  # of the two initial conditions against the mean squared residual


def make_model() -> nn.Module:
    """t → u, two hidden layers of 24 with tanh."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))


def derivatives(model: nn.Module, t: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """u, u′ and u″ at the times t (n, 1)."""
    t = t.detach().requires_grad_()
    u = model(t)
    (first,) = torch.autograd.grad(u.sum(), t, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), t, create_graph=True)
    return u, first, second


def loss(output: tuple[torch.Tensor, torch.Tensor, torch.Tensor], times: torch.Tensor) -> torch.Tensor:
    """Mean squared residual of the equation, plus the initial conditions; times[0] is 0."""
    u, first, second = output
    residual = second + DAMPING * first + STIFFNESS * u
    initial = (u[0] - 1).square() + first[0].square()
    return residual.square().mean() + INITIAL_WEIGHT * initial.sum()


def make_problem() -> Problem:
    """One batch: 128 fixed times."""
    return Problem(
        model=make_model(),
        batches=[torch.linspace(0, END, 128)[:, None]],
        forward=derivatives,
        loss=loss,
        differentiates=True,
        provenance={"title": "damped oscillator, PINN 1-24-24-1"},
    )


def train() -> None:
    """Adam; a state dict every so many steps."""
    OUT.mkdir(parents=True, exist_ok=True)
    problem = make_problem()
    optimiser = torch.optim.Adam(problem.model.parameters(), lr=5e-3)
    (times,) = problem.batches
    for step in range(STEPS + 1):
        if step % EVERY == 0:
            torch.save(problem.model.state_dict(), OUT / f"step-{step}.pt")
        optimiser.zero_grad()
        value = loss(derivatives(problem.model, times), times)
        value.backward()
        optimiser.step()
    print(f"loss {value.item():.2e}; {STEPS // EVERY + 1} checkpoints in {OUT}")


if __name__ == "__main__":
    train()
