"""BatchNorm at other weights than those it was trained with: running statistics recomputed at each point.

Its statistics belong to the weights under which they were gathered; elsewhere on a plane they are somebody else's.
Li et al. 2018 leave them, which is the usual choice; Izmailov et al. 2018 (arXiv:1803.05407) recompute them.
"""

from dataclasses import replace

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from compute.errors import BadInputError
from compute.measuring.execution import CHUNK
from compute.measuring.fixed_batches import FixedBatches
from compute.measuring.loss import Evaluation
from compute.measuring.metric_values import NUMERICAL_ERRORS
from compute.measuring.placement import autocast, is_out_of_memory
from compute.problem import SPLITS


def layers_with_statistics(model: nn.Module) -> list[_BatchNorm]:
    """The BatchNorm layers that keep running statistics; those without take the batch's own in any mode."""
    found = (module for module in model.modules() if isinstance(module, _BatchNorm))
    return [layer for layer in found if layer.running_mean is not None]


class Recalibration:
    """Sets the running statistics of BatchNorm layers from the training batches of what is evaluated.

    Mean and variance are the plain averages, over the batches, of each batch's mean and unbiased variance: PyTorch's
    ``momentum=None``. Every batch weighs the same. Those of a classification are chunks of nearly equal size, at most
    128, whatever chunks the loss is taken on. Raises BadInputError when no layer has running statistics.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._problem, self._execution = evaluation.problem, evaluation.execution
        self._layers = layers_with_statistics(self._problem.model)
        if not self._layers:
            raise BadInputError("--recalibrate-bn: this network has no BatchNorm with running statistics; leave it out")
        if SPLITS[0] not in self._problem.splits:
            raise BadInputError("--recalibrate-bn: the problem has no training batches to take statistics from")
        there = evaluation.batches.get(SPLITS[0])
        execution = replace(self._execution, chunk=CHUNK)
        self._batches = (there or FixedBatches(self._problem, SPLITS[0], execution)).in_chunks(CHUNK)

    def __call__(self) -> bool:
        """Recompute them for the weights as they are; False when the network does not get through, as with NaN.

        All other layers stay in the mode that they are in: no dropout. Raises BadInputError when a batch is too small
        to have a variance, and when memory does not suffice.
        """
        momenta = [layer.momentum for layer in self._layers]
        for layer in self._layers:
            layer.reset_running_stats()
            layer.momentum = None
            layer.training = True
        try:
            with autocast(self._execution):
                for batch in self._batches:
                    self._problem.forward(self._problem.model, batch)
        except NUMERICAL_ERRORS:
            return False
        except (ValueError, RuntimeError, MemoryError) as error:
            raise _explained(error) from error
        finally:
            for layer, momentum in zip(self._layers, momenta, strict=True):
                layer.momentum = momentum
                layer.training = False
        return True


def _explained(error: Exception) -> Exception:
    if is_out_of_memory(error):
        return BadInputError("--recalibrate-bn: out of memory with a whole batch; take another --device")
    if "more than 1 value per channel" in str(error):
        return BadInputError("--recalibrate-bn: a batch of one example has no variance; give larger batches")
    return error
