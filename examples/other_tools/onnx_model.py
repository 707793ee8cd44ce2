"""
ONNX
====

Export a classifier to ONNX, and run it without skmnist. This needs the extra
``onnx``: ``pip install -c constraints.txt ".[onnx]"``.
"""

import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skmnist import MnistCNNClassifier, export_onnx

X, y = load_digits(return_X_y=True)
words = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
X_train, X_test, y_train, y_test = train_test_split(X.astype(np.uint8), words[y], random_state=0)

clf = MnistCNNClassifier(max_epochs=20, random_state=0).fit(X_train, y_train)

with tempfile.TemporaryDirectory() as folder:
    path = export_onnx(clf, Path(folder) / "digits.onnx")
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")

    # from here on nothing but onnxruntime
    session = onnxruntime.InferenceSession(path)
    labels, proba = session.run(["label", "probabilities"], {"X": X_test})

print(f"accuracy {np.mean(labels == y_test):.2%}")
print("first image:", labels[0], f"({proba[0].max():.0%})")
