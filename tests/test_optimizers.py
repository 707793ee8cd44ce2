import subprocess
import sys

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from skmnist._engine.optimizers import OPTIMIZERS


def trained(optimizer_class, loaded=None, n_steps=5, **kwargs):
    """Return the parameters after some steps, and the optimiser's state."""
    parameters = [torch.nn.Parameter(torch.linspace(-1, 1, n)) for n in (3, 4)]
    groups = [{"params": parameters[:1], "weight_decay": 0.1}, {"params": parameters[1:]}]
    optimizer = optimizer_class(groups, lr=0.01, **kwargs)
    if loaded is not None:
        optimizer.load_state_dict(loaded)
    for _ in range(n_steps):
        optimizer.zero_grad()
        sum((p**3).sum() for p in parameters).backward()
        optimizer.step()
    return np.concatenate([p.detach().numpy() for p in parameters]), optimizer.state_dict()


@pytest.mark.parametrize("kwargs", [{}, {"foreach": True}], ids=str)
@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "muon"])
def test__optimizers__steps_and_state__those_of_torch(name, kwargs):
    own = OPTIMIZERS[name]
    theirs = getattr(torch.optim, own.__name__)
    momentum = {"momentum": 0.9} if name in ("sgd", "rmsprop") else {}
    expected, state = trained(theirs, **kwargs, **momentum)
    result, own_state = trained(own, **kwargs, **momentum)
    assert_array_equal(result, expected)
    assert str(own_state) == str(state)
    # either goes on from the state of the other
    expected, _ = trained(theirs, loaded=own_state, **kwargs, **momentum)
    result, _ = trained(own, loaded=state, **kwargs, **momentum)
    assert_array_equal(result, expected)


def test__optimizers__step__keeps_hooks():
    calls = []
    parameter = torch.nn.Parameter(torch.ones(1))
    optimizer = OPTIMIZERS["sgd"]([parameter])
    optimizer.register_step_post_hook(lambda *args: calls.append("post"))
    optimizer.step()
    OPTIMIZERS["sgd"]([parameter])
    optimizer.step()
    assert calls == ["post", "post"]


def test__optimizers__fit_in_a_fresh_process__compiler_is_not_imported():
    # the import takes longer than the fit
    code = """
import pickle, sys
from sklearn.datasets import load_digits
from skmnist import MnistCNNClassifier
from skmnist._engine.optimizers import OPTIMIZERS
from skmnist.schedules import SCHEDULES
X, y = load_digits(return_X_y=True)
X, y = X[:100], y[:100]
cases = [(name, "one_cycle") for name in OPTIMIZERS] + [("sgd", name) for name in SCHEDULES]
for optimizer, schedule in cases:
    clf = MnistCNNClassifier(optimizer=optimizer, learning_rate_schedule=schedule, max_epochs=1)
    pickle.loads(pickle.dumps(clf.fit(X, y))).partial_fit(X, y).predict(X)
    assert "torch._dynamo" not in sys.modules, (optimizer, schedule)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
