"""A training in a process of its own: RUN SEED STEPS FIRST PAUSE. A checkpoint a step, each after ``PAUSE`` seconds.

It begins at step FIRST, from the checkpoint there if there is one.
"""

import sys
import time
from pathlib import Path

import torch
from torch.nn.functional import mse_loss

from compute.weights.checkpoints import checkpoint_path, read_tensors, write_checkpoint
from tests.compute.live.toy import data, make_model


def main(run: Path, seed: int, steps: int, first: int, pause: float) -> None:
    torch.set_num_threads(1)
    folder = run / "checkpoints"
    model, (x, y) = make_model(seed=seed), data()
    if first:
        model.load_state_dict(read_tensors(checkpoint_path(folder, first)))
    run.mkdir(parents=True, exist_ok=True)
    if not (run / "recording.json").exists():
        (run / "recording.json").write_text('{"format": 1, "kind": "recording", "parameters": 33, "software": {}}')
        (run / "recording.csv").write_text("step,epoch,loss\n")
    optimiser = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    for step in range(first, steps + 1):
        loss = mse_loss(model(x), y)
        if step > first or not first:
            write_checkpoint(folder, step, model)
            with (run / "recording.csv").open("a") as table:
                table.write(f"{step},,{float(loss.detach())!r}\n")
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        time.sleep(pause)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
