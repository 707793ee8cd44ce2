"""The claims of system A."""

from skmnist.reproduction.documents.claims.claim import Answer, Claim
from skmnist.reproduction.documents.words import listed

_VARIANTS = ("A-none", "A-l1", "A-l2", "A-l1-l2")
_AIM = 0.994

#: The strength of L2 that was published, and how much less of accuracy is much.
_PUBLISHED, _MUCH = 0.0003, 0.005

#: Recipes by the strength of L2.
_STRENGTHS = {
    5.0: "A-l2-5",
    0.5: "A-l2-0.5",
    0.05: "A-l2-0.05",
    0.005: "A-l2-0.005",
    _PUBLISHED: "A-l2",
    0.00003: "A-l2-0.00003",
    0.000003: "A-l2-0.000003",
}


def _aim(known):
    best = max(known.mean(name, "best_test_accuracy") for name in _VARIANTS)
    last = max(known.mean(name) for name in _VARIANTS)
    with_care = known.mean("A-improved-none")
    return Answer(
        "in part" if with_care >= _AIM else "no",
        "It was never reached there: the best of all epochs had 99.36 %. Ours of the same "
        f"settings has {100 * best:.2f} %, but is chosen by the test images; the last epoch has "
        f"{100 * last:.2f} %. Their learning rate fades within 12 epochs, or never falls. With a "
        "sound schedule 18 epochs are enough.",
        f"{known.text('A-improved-none')} after 18 epochs, with care",
    )


def _loss(known):
    losses = known.history("A-none", "train_loss")
    return Answer(
        "no" if min(losses) < 0.06 else "yes",
        "It is lower. The published curve itself ends near 0.035.",
        f"{min(losses):.3f} is our lowest training loss",
    )


def _l1_is_best(known):
    change = known.change("A-improved-l1", "A-improved-none")
    seen = change.direction > 0
    return Answer(
        "yes" if seen else "no",
        "Its penalty averages 2.2e-7, next to nothing. Its learning rate is constant, and the "
        "others' fall. In a controlled study L1 "
        + ("raises the accuracy." if seen else "changes nothing that five seeds can show."),
        f"{change.points} from L1 alone",
    )


def _spikes(known):
    accuracy = {strength: known.mean(name) for strength, name in _STRENGTHS.items()}
    published = accuracy[_PUBLISHED]
    too_strong = [
        f"{strength:g}"
        for strength, value in accuracy.items()
        if strength > _PUBLISHED and value < published - _MUCH
    ]
    smaller = [
        f"{100 * (value - published):+.2f}".replace("-0.00", "0.00")
        for strength, value in accuracy.items()
        if strength < _PUBLISHED
    ]
    found = f"Too strong are {listed(too_strong)}. " if too_strong else "None is too strong. "
    return Answer(
        "in part",
        "The spikes are of the drawing: it shows the loss of the last 32 images of each epoch, "
        f"not the mean of all. {found}Smaller values than 0.0003 change the accuracy by "
        f"{listed(smaller)} points. Seeds change it as much.",
        f"{100 * accuracy[5.0]:.1f} % with 5, {100 * published:.2f} % with 0.0003",
    )


def _in_the_real_world(known):
    l1, l2 = (known.text(f"R-{name}", "test_loss") for name in ("l1", "l2"))
    return Answer(
        "cannot be tested",
        "It is about what other people do. L2 is what optimisers offer as weight decay. In our "
        "study of a dense network L1 lowers the loss about as much.",
        f"test loss {l1} with L1, {l2} with L2",
    )


CLAIMS = [
    Claim("A", "8,286 parameters reach 99.4 % in fewer than 40 epochs.", _aim),
    Claim("A", "Without penalties the best loss is about 0.07.", _loss),
    Claim("A", "L1 is the best of the four variants.", _l1_is_best),
    Claim(
        "A",
        "The values of L2 spike. 5, 0.5, 0.05 and 0.005 were tried; even less than 0.0003 may be "
        "better.",
        _spikes,
    ),
    Claim("A", "In the real world mostly L2 is used.", _in_the_real_world),
]
