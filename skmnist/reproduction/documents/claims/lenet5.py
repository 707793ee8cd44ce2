"""The claims of system C."""

from skmnist.reproduction.documents.claims.claim import Answer, Claim

_PROPER = 61_706


def _same(known):
    n_parameters = known.results("C-text").runs[0]["n_parameters"]
    return Answer(
        "in part",
        "It is true of the first convolution: padding makes 32×32 of 28×28. The second one "
        "needs no padding, and padding it makes another, larger network.",
        f"{n_parameters:,} parameters, LeNet-5 has {_PROPER:,}",
    )


def _filters(known):
    change = known.mean("C-text", "filter_correlation")
    return Answer(
        "yes",
        "They start at random, and training changes them; nobody designs them. But it changes "
        "them only a little: they still look much like their start. Their number and their size "
        "are designed.",
        f"{change:.2f} is the correlation of trained filters with their random start",
    )


CLAIMS = [
    Claim(
        "C",
        "'Same' convolutions are needed, because images are 28×28 and LeNet-5 takes 32×32.",
        _same,
    ),
    Claim("C", "A CNN learns its filters automatically.", _filters),
]
