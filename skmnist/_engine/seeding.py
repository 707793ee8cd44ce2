"""Random numbers that are reproducible, while the process's own generator is left alone."""

import contextlib
import threading

import numpy as np
import torch

# torch initialises parameters from the process's CPU generator only, which threads share
_INITIALIZATION = threading.RLock()


@contextlib.contextmanager
def seeded_initialization(seed):
    """Seed torch's global CPU generator for the block, then put back its state.

    Blocks of several threads wait for each other.
    """
    generator = torch.default_generator
    with _INITIALIZATION:
        before = generator.get_state()
        # not torch.manual_seed, which seeds every GPU as well
        generator.manual_seed(seed)
        try:
            yield
        finally:
            generator.set_state(before)


def part_seeds(seed, n_parts):
    """Return a seed for the generator of each part of a batch: first the given one.

    Parameters
    ----------
    seed : int
    n_parts : int
    """
    others = (np.random.SeedSequence((seed, part)) for part in range(1, n_parts))
    return [seed, *(int(sequence.generate_state(1)[0]) for sequence in others)]
