"""What two parts of the engine are worth that could be plainer: dropout and the optimisers.

    python examples/benchmarks/engine_parts.py

Prints two tables, in about two minutes. Times are CPU times with one thread, so that other
processes disturb them little. Each is the least of several repetitions, which are taken in turn.
"""

import json
import statistics
import subprocess
import sys
import time
from functools import partial

import numpy as np
import torch
from performance.measure import memory
from tabulate import tabulate
from torch import nn

from skmnist import MnistCNNClassifier
from skmnist._engine import net
from skmnist._engine.dropout import SeededDropout, use_seeded_dropout
from skmnist._engine.optimizers import OPTIMIZERS

P = 0.1  # what is dropped
REPEATS = 4

# -- dropout


class UniformDropout(nn.Module):
    """The plain way: one uniform number for each activation."""

    def __init__(self, p, generator):
        super().__init__()
        self.p, self.generator = p, generator

    def forward(self, input):
        if not self.training or self.p == 0:
            return input
        keep = self.keep(input).to(input.dtype)
        return input * keep.div_(1 - self.p)

    def keep(self, input):
        # in bfloat16 there are only 256 different numbers
        uniform = torch.empty_like(input, dtype=torch.float32)
        return uniform.uniform_(generator=self.generator) >= self.p


class BernoulliDropout(UniformDropout):
    """The other plain way: torch draws zeros and ones."""

    def keep(self, input):
        return torch.empty_like(input).bernoulli_(1 - self.p, generator=self.generator)


def global_dropout(p, generator):
    return nn.Dropout(p)


DROPOUTS = {
    "nn.Dropout": global_dropout,
    "uniform_ >= p": UniformDropout,
    "bernoulli_": BernoulliDropout,
    "SeededDropout": SeededDropout,
}

SHAPES = [(128, 16, 28, 28), (128, 256)]


def layer_seconds(shape, dtype):
    """Return the seconds of a forward and a backward pass, by kind of dropout."""
    generator = torch.Generator().manual_seed(0)
    layers = {name: make(P, generator) for name, make in DROPOUTS.items()}
    activations = torch.randn(shape).to(dtype)
    if len(shape) == 4:
        activations = activations.to(memory_format=torch.channels_last)
    activations.requires_grad_()
    gradient = torch.ones_like(activations)

    def both_ways(layer):
        torch.autograd.grad(layer(activations), activations, gradient)

    return least({name: partial(both_ways, layer) for name, layer in layers.items()}, n_calls=20)


def epoch_seconds(n_images=5000):
    """Return the seconds of an epoch of the compact network, by kind of dropout."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (n_images, 784), dtype=np.uint8)
    y = rng.integers(0, 10, n_images)

    def epoch(dropout, make):
        def replace(module, generator):
            for name, layer in list(module.named_modules()):
                if type(layer) is nn.Dropout:
                    module.set_submodule(name, make(layer.p, generator))

        net.use_seeded_dropout = replace
        params = {"max_epochs": 1, "augmentation": None, "random_state": 0, "n_threads": 1}
        clf = MnistCNNClassifier(architecture="compact", dropout=dropout, **params)
        clf.fit(X, y)

    functions = {"none": partial(epoch, 0.0, global_dropout)}
    for name, make in DROPOUTS.items():
        functions[name] = partial(epoch, P, make)
    try:
        return least(functions)
    finally:
        net.use_seeded_dropout = use_seeded_dropout


def least(functions, n_calls=1):
    """Return the least CPU seconds of a call of each of several functions, called in turn."""
    seconds = {name: [] for name in functions}
    for _ in range(REPEATS + 1):
        for name, function in functions.items():
            start = time.process_time()
            for _ in range(n_calls):
                function()
            seconds[name].append((time.process_time() - start) / n_calls)
    # the first is a warm-up
    return {name: min(values[1:]) for name, values in seconds.items()}


def dropout_table():
    torch.set_num_threads(1)
    rows = []
    for shape in SHAPES:
        for dtype in (torch.float32, torch.bfloat16):
            seconds = layer_seconds(shape, dtype)
            what = f"{'×'.join(map(str, shape))}, {str(dtype).removeprefix('torch.')}, ms"
            rows.append([what, "", *(f"{1000 * seconds[name]:.3f}" for name in DROPOUTS)])
    seconds = epoch_seconds()
    columns = ["none", *DROPOUTS]
    rows.append(["epoch of compact, s", *(f"{seconds[name]:.2f}" for name in columns)])
    rows.append(
        [
            "the same / that of SeededDropout",
            *(f"{seconds[name] / seconds['SeededDropout']:.2f}" for name in columns),
        ]
    )
    return tabulate(rows, ["", "no dropout", *DROPOUTS], tablefmt="pipe", disable_numparse=True)


# -- optimisers


def first_step(whose):
    """Take an optimiser's first step in this process, and print its seconds and MB."""
    optimizer_class = OPTIMIZERS["sgd"] if whose == "ours" else torch.optim.SGD
    parameter = nn.Parameter(torch.ones(10))
    parameter.grad = torch.ones(10)
    before, start = memory(), time.process_time()
    optimizer = optimizer_class([parameter], lr=0.1, momentum=0.9, nesterov=True, fused=True)
    optimizer.zero_grad(set_to_none=False)
    optimizer.step()
    print(json.dumps({"s": time.process_time() - start, "MB": memory() - before}))


def optimizer_table():
    measured = {"torch.optim.SGD": [], "ours": []}
    for _ in range(REPEATS + 1):
        for whose, results in measured.items():
            command = [sys.executable, __file__, "--first-step", whose]
            finished = subprocess.run(command, check=True, capture_output=True, text=True)
            results.append(json.loads(finished.stdout))
    rows = [
        [
            whose,
            f"{min(result['s'] for result in results[1:]):.3f}",
            f"{statistics.median(result['MB'] for result in results[1:]):.0f}",
        ]
        for whose, results in measured.items()
    ]
    headers = ["first step in a process", "s", "MB"]
    return tabulate(rows, headers, tablefmt="pipe", disable_numparse=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--first-step"]:
        first_step(sys.argv[2])
    else:
        print(dropout_table(), optimizer_table(), sep="\n\n")
