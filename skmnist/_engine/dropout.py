"""Dropout that draws from a generator of the estimator's own."""

import torch
from torch import nn


class SeededDropout(nn.Module):
    """Dropout that draws from a given generator, and costs less on the CPU.

    Sixteen random bits per activation decide. So the probability is rounded to a multiple of
    1 / 65,536, and the scaling is that of the rounded one. Every activation is dropped on its
    own, as by ``torch.nn.Dropout``, whatever the number of dimensions.

    Parameters
    ----------
    p : float
        Probability of zeroing an activation while training, from 0 to 1.
    generator : torch.Generator
        On the device of the activations.
    """

    def __init__(self, p, generator):
        super().__init__()
        self.p = p
        self.generator = generator
        self._n_dropped = round(p * 65536)

    def forward(self, input):
        if not self.training or self._n_dropped == 0:
            return input
        if self._n_dropped == 65536:
            return input * 0
        keep = self._keep_mask(input.numel()).as_strided(input.shape, _dense_strides(input))
        return input * keep.to(input.dtype) * (65536 / (65536 - self._n_dropped))

    def _keep_mask(self, size):
        """Return `size` random zeros and ones, int16."""
        # One draw of 64 bits serves four activations. Clamping to two neighbouring integers says
        # the same as a comparison, but on the CPU it is faster. With a uniform number for each
        # activation, an epoch of the compact network takes 1.3 times as long, with nn.Dropout
        # 1.5 times (examples/benchmarks/engine_parts.py).
        words = torch.empty(-(-size // 4), dtype=torch.int64, device=self.generator.device)
        words.random_(-(2**63), None, generator=self.generator)
        kept = self._n_dropped - 32768  # from this integer on
        return words.view(torch.int16)[:size].clamp_(kept - 1, kept).sub_(kept - 1)

    def extra_repr(self):
        return f"p={self.p}"


def _dense_strides(tensor):
    """Return the strides of a dense tensor laid out in memory as this one is."""
    return torch.empty_like(tensor, device="meta").stride()


def use_seeded_dropout(module, generator):
    """Replace every ``nn.Dropout`` inside a module by a `SeededDropout`, in place."""
    # a layer that is used twice becomes two, each of which draws on its own
    for name, layer in list(module.named_modules(remove_duplicate=False)):
        if name and type(layer) is nn.Dropout:
            module.set_submodule(name, SeededDropout(layer.p, generator))
