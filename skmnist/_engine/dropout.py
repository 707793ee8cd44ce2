"""Dropout that draws from a generator of the estimator's own."""

import torch
from torch import nn

_BFLOAT16_ONE = 0x3F80


class SeededDropout(nn.Module):
    """Dropout that draws from a given generator, and on the CPU several times cheaper.

    Sixteen random bits per activation decide, so the probability is rounded to a multiple of
    1 / 65,536 (and the scaling is that of the rounded one). Two dimensions or four, as
    ``torch.nn.Dropout``: every activation is dropped on its own.

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
        """Return `size` random zeros and ones, bfloat16.

        Made of in-place integer passes, since these are vectorised where comparing,
        selecting and converting booleans are not: 64 bits a draw, cut into four int16,
        clamped to two neighbouring values, and turned into the bit pattern of 0.0 or 1.0.
        """
        words = torch.empty(-(-size // 4), dtype=torch.int64, device=self.generator.device)
        words.random_(-(2**63), None, generator=self.generator)
        threshold = self._n_dropped - 32768
        bits = words.view(torch.int16)[:size]
        bits = bits.clamp_(threshold - 1, threshold).sub_(threshold - 1)
        return bits.mul_(_BFLOAT16_ONE).view(torch.bfloat16)

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
