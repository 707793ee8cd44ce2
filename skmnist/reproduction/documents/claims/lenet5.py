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
        "They start at random and end as edges and strokes; nobody designs them. What is designed "
        "is their number and size.",
        f"{change:.2f} is the correlation of a filter with its random start",
    )


CLAIMS = [
    Claim(
        "C",
        "'Same' convolutions are needed, because images are 28×28 and LeNet-5 takes 32×32.",
        _same,
    ),
    Claim("C", "A CNN learns its filters automatically.", _filters),
]
