"""The answer of the controlled study in three sentences, each made from its results."""

import statistics

from skmnist.reproduction.documents.words import listed

#: What settings and networks are called in a sentence.
_WORDS = {"l1": "L1", "l2": "L2", "dropout": "dropout"}
_NETWORKS = {"compact": "compact CNN", "dense": "dense network"}


def answer(settings, found):
    """Return the lines that say what the penalties do.

    Parameters
    ----------
    settings : dict of str to list of Results
        The settings of each network, with the first of no penalty.
    found : list of Difference
        All comparisons.

    Returns
    -------
    lines : list of str
    """
    if not found or not all(results.runs for own in settings.values() for results in own):
        return ["**The study has not been run in full yet, so there is no answer.**"]
    return [f"**In three sentences.** {_accuracy(found)} {_loss(found)} {_weights(settings)}"]


def in_words(recipe):
    """Return what a sentence calls a setting, such as "L1 with dropout".

    Parameters
    ----------
    recipe : Recipe
        Of the study.
    """
    penalties = " and ".join(_WORDS[name] for name in recipe.varied if name != "dropout")
    if "dropout" not in recipe.varied:
        return penalties
    return f"{penalties} with dropout" if penalties else "dropout alone"


def _accuracy(found):
    own = [one for one in found if one.metric == "test_accuracy"]
    counted = [one for one in own if one.is_found]
    if not counted:
        largest = max(own, key=lambda one: abs(one.difference))
        return (
            f"None of {len(own)} settings changes the test accuracy of its network by more than "
            f"chance does: the largest difference is {100 * largest.difference:+.2f} points "
            f"({_where(largest)}), and its corrected p is {largest.p:.2f}."
        )
    changes = listed(
        [f"by {100 * one.difference:+.2f} points with {_where(one)}" for one in counted]
    )
    return (
        f"Test accuracy changes {changes}; the other {len(own) - len(counted)} of {len(own)} "
        "differences are no more than chance makes."
    )


def _loss(found):
    parts = []
    for network, name in _NETWORKS.items():
        own = [
            one
            for one in found
            if one.metric == "test_loss" and one.results.recipe.study == network
        ]
        counted = [one for one in own if one.is_found]
        for verb, chosen in (
            ("falls", [one for one in counted if one.difference < 0]),
            ("rises", [one for one in counted if one.difference > 0]),
        ):
            if not chosen:
                continue
            shares = sorted(abs(one.share) for one in chosen)
            span = f"{100 * shares[0]:.0f}"
            if len(shares) > 1:
                span += f" to {100 * shares[-1]:.0f}"
            which = (
                f"with each of the {len(own)} settings"
                if len(chosen) == len(own)
                else f"with {listed([in_words(one.results.recipe) for one in chosen])}"
            )
            parts.append(f"the test loss of the {name} {verb} by {span} % {which}")
        if not counted:
            parts.append(f"that of the {name} does not change measurably")
    parts.sort(key=lambda part: part.startswith("that"))
    text = ", and ".join(parts).replace("that of", "the test loss of", parts[0][:4] == "that")
    return f"{text[0].upper()}{text[1:]}."


def _weights(settings):
    shares = {
        "-".join(results.recipe.varied): statistics.mean(
            run["weights"]["sparsity"] for run in results.runs
        )
        for results in settings["dense"]
    }
    return (
        "What they change most are the weights: in the dense network "
        f"{100 * shares['l1']:.0f} % of them are negligible with L1, {100 * shares['l2']:.0f} % "
        f"with L2, {100 * shares['dropout']:.0f} % with dropout alone and "
        f"{100 * shares['']:.0f} % with nothing."
    )


def _where(one):
    recipe = one.results.recipe
    return f"{in_words(recipe)}, {_NETWORKS[recipe.study]}"
