"""The claims of the published systems, each answered from results."""

from skmnist.reproduction.documents.claims import (
    compact_cnn,
    dense_l2_dropout,
    lenet5,
    numpy_dense,
    numpy_steps,
    square_digits,
    vgg,
)

#: All claims, in the order of the systems.
CLAIMS = [
    *compact_cnn.CLAIMS,
    *numpy_dense.CLAIMS,
    *lenet5.CLAIMS,
    *square_digits.CLAIMS,
    *numpy_steps.CLAIMS,
    *vgg.CLAIMS,
    *dense_l2_dropout.CLAIMS,
]
