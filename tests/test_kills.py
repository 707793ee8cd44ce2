"""A process that is killed at any moment loses no more than the epoch it was in."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from skmnist import load_model

# as often as it takes a while; more by hand
N_KILLS = int(os.environ.get("SKMNIST_TEST_KILLS", "3"))

FIT = """
import sys
from sklearn.datasets import load_digits
from skorch.callbacks import Callback
from skmnist import MnistCNNClassifier, save_model
from skmnist.callbacks import BackupAndRestore

class Tell(Callback):
    def on_batch_end(self, net, training=False, **kwargs):
        if training:
            print("batch", flush=True)

model, backup = sys.argv[1:]
X, y = load_digits(return_X_y=True)
callbacks = [BackupAndRestore(backup), Tell()] if backup else []
clf = MnistCNNClassifier(max_epochs=12, random_state=0, n_threads=1, callbacks=callbacks)
save_model(clf.fit(X, y).set_params(callbacks=None), model)
"""


def killed(command, lines, rng, folder):
    """Start a process, and kill it after some lines of output; tell whether it had ended."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for _ in range(lines):
        if not process.stdout.readline():
            break
    time.sleep(rng.random() / 20)  # at any moment between two lines
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == 0


@pytest.mark.slow
def test__fit__killed_again_and_again__ends_with_the_same_bits(tmp_path):
    rng = random.Random(0)
    subprocess.run([sys.executable, "-c", FIT, "whole.skops", ""], cwd=tmp_path, check=True)
    command = [sys.executable, "-c", FIT, "resumed.skops", "fit.pt"]
    for _ in range(N_KILLS):
        if killed(command, rng.randrange(1, 60), rng, tmp_path):
            break
    subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resumed.skops", "whole.skops"]
    whole, resumed = (load_model(tmp_path / f"{name}.skops") for name in ("whole", "resumed"))
    for a, b in zip(whole.module_.parameters(), resumed.module_.parameters(), strict=True):
        np.testing.assert_array_equal(a.detach(), b.detach())
    without_time = [{**epoch, "seconds": 0} for epoch in whole.history_]
    assert [{**epoch, "seconds": 0} for epoch in resumed.history_] == without_time


def search(output):
    arguments = "search --dataset digits --l1 0 --l2 0,1e-4 --dropout 0,0.1 --max-epochs 4 --cv 2"
    options = ["--no-figures", "--n-threads", "1", "--output", output]
    return [sys.executable, "-m", "skmnist", *arguments.split(), *options]


@pytest.mark.slow
def test__search__killed_again_and_again__ends_with_the_same_bits(tmp_path):
    rng = random.Random(1)
    subprocess.run(search("whole"), cwd=tmp_path, check=True, capture_output=True)
    for _ in range(N_KILLS):
        if killed(search("resumed"), rng.randrange(1, 6), rng, tmp_path):
            break
    subprocess.run(search("resumed"), cwd=tmp_path, check=True, capture_output=True)
    files = [
        sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
        for folder in (tmp_path / "whole", tmp_path / "resumed")
    ]
    assert files[0] == files[1]
    assert "fits" not in files[0]
    whole, resumed = (load_model(tmp_path / name / "model.skops") for name in ("whole", "resumed"))
    for a, b in zip(whole.module_.parameters(), resumed.module_.parameters(), strict=True):
        np.testing.assert_array_equal(a.detach(), b.detach())
