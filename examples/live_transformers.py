"""A training with the Trainer of Hugging Face, recorded by a callback: a tiny language model learns three sonnets.

Needs transformers (pip install transformers accelerate); the network is made from a configuration, so nothing is
downloaded. Start it, and look from another terminal while it trains, or later:

    python examples/live_transformers.py
    basin explore runs/live_transformers --problem examples/live_transformers.py:make_problem
    basin sample runs/live_transformers --problem examples/live_transformers.py:make_problem --directions pca
"""

import sys
import tempfile
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments

from basin import Problem, TransformersRecorder

OUT = Path("runs/live_transformers")
EPOCHS, BATCH, LENGTH = 30, 8, 64
TEXT = """
Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date:
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd;
But thy eternal summer shall not fade
Nor lose possession of that fair thou owest;
Nor shall Death brag thou wander'st in his shade,
When in eternal lines to time thou growest:
So long as men can breathe or eyes can see,
So long lives this and this gives life to thee.

Let me not to the marriage of true minds
Admit impediments. Love is not love
Which alters when it alteration finds,
Or bends with the remover to remove:
O no! it is an ever-fixed mark
That looks on tempests and is never shaken;
It is the star to every wandering bark,
Whose worth's unknown, although his height be taken.
Love's not Time's fool, though rosy lips and cheeks
Within his bending sickle's compass come:
Love alters not with his brief hours and weeks,
But bears it out even to the edge of doom.
If this be error and upon me proved,
I never writ, nor no man ever loved.

My mistress' eyes are nothing like the sun;
Coral is far more red than her lips' red;
If snow be white, why then her breasts are dun;
If hairs be wires, black wires grow on her head.
I have seen roses damask'd, red and white,
But no such roses see I in her cheeks;
And in some perfumes is there more delight
Than in the breath that from my mistress reeks.
I love to hear her speak, yet well I know
That music hath a far more pleasing sound;
I grant I never saw a goddess go;
My mistress, when she walks, treads on the ground:
And yet, by heaven, I think my love as rare
As any she belied with false compare.
"""  # Shakespeare's 18th, 116th and 130th sonnet


def sequences() -> torch.Tensor:
    """(n, LENGTH) characters, each sequence beginning half a length behind the one before."""
    characters = sorted(set(TEXT))
    return torch.tensor([characters.index(character) for character in TEXT]).unfold(0, LENGTH, LENGTH // 2)


def make_model() -> GPT2LMHeadModel:
    """GPT-2 of two layers of width 48 over characters; without dropout, and the same start every time."""
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(set(TEXT)),
        n_positions=LENGTH,
        n_embd=48,
        n_layer=2,
        n_head=4,
        attn_pdrop=0.0,
        embd_pdrop=0.0,
        resid_pdrop=0.0,
        bos_token_id=0,
        eos_token_id=0,
    )
    return GPT2LMHeadModel(config)


def make_problem() -> Problem:
    """A batch is what the network takes, and the loss is the one that it returns: the mean over all characters."""
    rows = sequences()
    return Problem(
        model=make_model(),
        batches=[{"input_ids": part, "labels": part} for part in rows.split(64)],
        forward=lambda model, batch: model(**batch),
        loss=lambda output, batch: output.loss,
        provenance={"title": "three sonnets, GPT-2 of width 48"},
    )


def train(epochs: int = EPOCHS) -> None:
    """The Trainer does the rest."""
    print(f"basin explore {OUT} --problem examples/live_transformers.py:make_problem", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            per_device_train_batch_size=BATCH,
            learning_rate=3e-3,
            logging_steps=50,
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            dataloader_pin_memory=False,
        )
        trainer = Trainer(
            model=make_model(),
            args=arguments,
            train_dataset=[{"input_ids": row, "labels": row} for row in sequences()],
            callbacks=[TransformersRecorder(OUT, resume=True)],  # so that a second run may use the folder again
        )
        trainer.train()


if __name__ == "__main__":
    train(*map(int, sys.argv[1:]))
