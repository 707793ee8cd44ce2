"""Which strengths the candidates' results speak for."""

from made_up_results import made_up_results, made_up_run, tiny_recipe

from skmnist.reproduction.runs.choice import choose


def test__choose__smallest_loss_of_each_kind(tmp_path):
    losses = [
        ({}, 0.01),
        ({"l1": 1e-6}, 0.3),
        ({"l1": 1e-5}, 0.2),
        ({"l2": 1e-4}, 0.4),
        ({"dropout": 0.1}, 0.2),
        ({"dropout": 0.3}, 0.1),
        ({"l1": 1e-6, "l2": 1e-4}, 0.5),
        ({"l1": 1e-5, "l2": 1e-4}, 0.6),
    ]
    candidates = [
        made_up_results(
            tiny_recipe(name=f"T-{row}", varied=varied), tmp_path, made_up_run(0, loss=loss)
        )
        for row, (varied, loss) in enumerate(losses)
    ]
    assert choose(candidates) == {
        "l1": {"l1": 1e-5},
        "l2": {"l2": 1e-4},
        "dropout": {"dropout": 0.3},
        "l1-l2": {"l1": 1e-6, "l2": 1e-4},
    }
