"""Penalties on the weights, as terms of the loss and as the optimiser's weight decay."""

from itertools import groupby

from skmnist.networks.summary import is_weight


def l1_terms(parameters, l1):
    """Return pairs of strength and weight for the penalty ``l1``·Σ|w|.

    Parameters
    ----------
    parameters : list of torch.nn.Parameter
        In the order of the network.
    l1 : float or tuple of float
        One for all weights, or one for each.
    """
    weights = [parameter for parameter in parameters if is_weight(parameter)]
    strengths = _per_weight("l1", l1, weights)
    return [(s, weight) for s, weight in zip(strengths, weights, strict=True) if s]


def decay_groups(parameters, l2):
    """Return an optimiser's groups of parameters for the penalty (``l2``/2)·Σw².

    Parameters
    ----------
    parameters : list of torch.nn.Parameter
        In the order of the network.
    l2 : float or tuple of float
        One for all weights, or one for each.
    """
    weights = [parameter for parameter in parameters if is_weight(parameter)]
    others = [parameter for parameter in parameters if not is_weight(parameter)]
    decays = dict(zip(weights, _per_weight("l2", l2, weights), strict=True))
    # in the order of the network whatever the strengths are: an optimiser's state is stored in it
    groups = [
        {"params": list(params), "weight_decay": decay}
        for decay, params in groupby(weights, key=decays.get)
    ]
    return [*groups, {"params": others, "weight_decay": 0.0}] if others else groups


def _per_weight(name, strength, weights):
    """Return the strength of a penalty for each weight."""
    if not isinstance(strength, tuple | list):
        return [strength] * len(weights)
    if len(strength) != len(weights) or min(strength) < 0:
        raise ValueError(
            f"{name} must be a number, or a tuple of {len(weights)} numbers, one for each layer "
            f"with weights, none of them negative; got {strength!r}."
        )
    return strength
