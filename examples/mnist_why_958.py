"""
Why a published 0.958 is not an accuracy
========================================

A student text trains a small NumPy network on the first 1,000 images of MNIST and reports a test
accuracy of 0.958. This script computes each number that the text prints, in the way in which its
code came to it, and then what the network reaches without the slips. It takes about a minute,
and needs MNIST.
"""

import numpy as np

from skmnist.reproduction.recipes.numpy_classes import (
    CORRECTED,
    FAITHFUL,
    N_PASSES,
    against_the_first_batch,
    counted,
    stale_output,
)
from skmnist.reproduction.recipes.numpy_steps import FIRST_1000

split = FIRST_1000.load()
published = FAITHFUL[0].reported

print("1. The test loop scores an output that step 4 has left behind.")
stale = stale_output(split)
digit = int(stale.argmax())
print(
    f"   The last test image shows a {split.test.y[-1]}, and the network of step 4 says {digit}."
)
print(f"   Sixes among the 10,000 test images: {np.sum(split.test.y == 6)}")
share = counted(stale, split.test.y)
print(f"   So the constant answer {digit} is right for {share} of them.")
assert share == published["stale_test_accuracy"]

print("2. The loop is run again and again, and its counter is never set back to zero.")
for n_passes in range(1, N_PASSES + 1):
    total = counted(stale, split.test.y, n_passes)
    print(f"   hits after pass {n_passes:2} ÷ 10,000: {total:.4f}")
assert total == published["counted_test_accuracy"]

print("3. The trained network has no part in this. Its pixels were divided by 255 twice.")
network = FAITHFUL[0].make_estimator(0).fit(*split.train)
pixels = split.train.X / 255 / 255
print(f"   The brightest pixel is {pixels.max():.5f}, so the outputs hardly depend on the image:")
outputs = network.decision_function(split.test.X)
print(
    f"   mean output {outputs.mean():.3f}, spread over the images {outputs.std(axis=0).mean():.4f}"
)
loss = 2 * network.history_[-1]["train_loss"] / 10
print(f"   The loss stays at {loss:.3f} (printed: {published['printed_train_loss']:.3f}).")
print("   An output of 0.1 for each digit would give (0.9² + 9 · 0.1²) / 10 = 0.090.")

print("4. The training accuracy compares each batch with the labels of the first one.")
accuracy = against_the_first_batch(network, split.train)
print(f"   Ours is {accuracy:.3f} (printed: {published['printed_train_accuracy']}).")
print(f"   Test accuracy: {network.score(*split.test):.4f} (by the published confusion matrix: ")
print(f"   {published['test_accuracy']}). Both depend on random numbers that are not known. What")
print("   is alike is that nothing has been learned; the numbers of steps 1 and 2 are exact.")

print("5. The same network, with pixels divided once and its own output scored:")
corrected = CORRECTED[0].make_estimator(0).fit(*split.train)
print(f"   test accuracy {corrected.score(*split.test):.4f}")
