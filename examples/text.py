"""Text: a character model learns the licence beside it. Batches are mappings, as in Hugging Face's libraries.

python examples/text.py
basin sample 'runs/text/epoch-*.safetensors' --problem examples/text.py:make_problem --directions pca
basin explore runs/text/pca
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import cross_entropy

from basin import Problem

OUT = Path("runs/text")
TEXT = Path(__file__).parents[1] / "LICENSE"
EPOCHS, LENGTH, FIXED = 12, 32, 256  # sequences of so many characters, and so many of them behind every value


class CharacterModel(nn.Module):
    """Embedding, one GRU, and a linear layer: logits (batch, length, vocabulary)."""

    def __init__(self, vocabulary: int, width: int = 48) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.recurrent = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits of the next character after each one."""
        logits: torch.Tensor = self.head(self.recurrent(self.embedding(tokens))[0])
        return logits


def sequences() -> tuple[torch.Tensor, int]:
    """(n, LENGTH + 1) tokens, and the size of the vocabulary."""
    text = TEXT.read_text(encoding="utf-8")
    characters = sorted(set(text))
    tokens = torch.tensor([characters.index(character) for character in text])
    rows = len(tokens) // (LENGTH + 1)
    return tokens[: rows * (LENGTH + 1)].view(rows, LENGTH + 1), len(characters)


def make_model(vocabulary: int) -> CharacterModel:
    """The same start every time."""
    torch.manual_seed(0)
    return CharacterModel(vocabulary)


def loss(logits: torch.Tensor, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Mean over all characters, nats."""
    return cross_entropy(logits.flatten(0, 1), batch["target"].flatten())


def make_problem() -> Problem:
    """Batches are mappings, so the forward pass says which part goes into the network."""
    rows, vocabulary = sequences()
    rows = rows[:: len(rows) // FIXED][:FIXED]
    batches = [{"tokens": part[:, :-1], "target": part[:, 1:]} for part in rows.split(64)]
    return Problem(
        model=make_model(vocabulary),
        batches=batches,
        forward=lambda model, batch: model(batch["tokens"]),
        loss=loss,
        metrics={"accuracy": lambda logits, batch: (logits.argmax(-1) == batch["target"]).double().mean()},
        provenance={"title": "characters of the GPL, GRU of width 48"},
    )


def train() -> None:
    """AdamW; a safetensors file after each epoch."""
    OUT.mkdir(parents=True, exist_ok=True)
    rows, vocabulary = sequences()
    model = make_model(vocabulary)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    save_file(model.state_dict(), OUT / "epoch-00.safetensors")
    for epoch in range(1, EPOCHS + 1):
        for chosen in torch.randperm(len(rows)).split(32):
            optimiser.zero_grad()
            batch = {"tokens": rows[chosen, :-1], "target": rows[chosen, 1:]}
            value = loss(model(batch["tokens"]), batch)
            value.backward()
            optimiser.step()
        save_file(model.state_dict(), OUT / f"epoch-{epoch:02d}.safetensors")
        print(f"epoch {epoch}: batch loss {value.item():.3f}")


if __name__ == "__main__":
    train()
