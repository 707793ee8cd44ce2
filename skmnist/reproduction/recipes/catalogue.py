"""All recipes there are."""

from skmnist.reproduction.recipes import (
    compact_cnn,
    dense_l2_dropout,
    lenet5,
    numpy_classes,
    numpy_dense,
    numpy_steps,
    square_digits,
    study,
    vgg,
)

#: All recipes, in the order of the published systems, the faithful ones of each first.
RECIPES = [
    *compact_cnn.FAITHFUL,
    *study.STUDY["compact"],
    *numpy_dense.RECIPES,
    *lenet5.RECIPES,
    *square_digits.RECIPES,
    *numpy_steps.RECIPES,
    *numpy_classes.RECIPES,
    *vgg.RECIPES,
    *dense_l2_dropout.FAITHFUL,
    *dense_l2_dropout.IMPROVED,
    *study.STUDY["dense"],
]

#: Recipes that others were chosen among, on training images.
CANDIDATES = [
    *study.CANDIDATES["compact"],
    *study.CANDIDATES["dense"],
    *numpy_dense.CANDIDATES,
]

ALL = [*RECIPES, *CANDIDATES]
