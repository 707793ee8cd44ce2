"""Initial weights that are reproducible, while the process's own generator is left alone."""

import contextlib
import threading

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
