"""Run recipes, and keep their results: what is there already is not run again."""

import sys
from contextlib import closing

from joblib import Parallel, delayed
from tqdm import tqdm

from skmnist.reproduction.runs.run_once import run_once


def reproduce(all_results, *, n_seeds=None, n_jobs=1, data_home=None, progress=True):
    """Run what is missing of some recipes, and add it to their results.

    Each run is kept as soon as it ends, and of a torch network each epoch: what is interrupted
    goes on there (a fit of the NumPy network, of a minute at most, starts again). First all
    recipes are run with seed 0, then with 1, and so on.

    Parameters
    ----------
    all_results : list of Results
        What there is already, one for each recipe.
    n_seeds : int, default=None
        Number of runs of each recipe, with seeds from 0 on; by default the recipe's own, or 1
        in a smoke run.
    n_jobs : int, default=1
        Number of fits at a time, each in a process with its share of the cores.
    data_home : path-like, default=None
        Where MNIST is looked for first.
    progress : bool, default=True
        Whether to show progress of the whole and, if there is one fit at a time, of the fit.

    Raises
    ------
    ResultsError
        If runs are missing where those that there are have other settings. Nothing is run then.
    """
    missing = [
        (seed, found)
        for found in all_results
        for seed in range(_n_seeds(found, n_seeds))
        if not found.has(seed)
    ]
    missing.sort(key=lambda job: job[0])
    # now, rather than when the first fit has come to its end
    for _, found in missing:
        found.check_settings()
        found.path.parent.mkdir(parents=True, exist_ok=True)
    show_fits = progress and n_jobs == 1
    jobs = (
        delayed(_run)(found, seed, data_home=data_home, progress=show_fits)
        for seed, found in missing
    )
    by_name = {found.recipe.name: found for found in all_results}
    with (
        tqdm(total=len(missing), unit="fit", disable=not progress, file=sys.stderr) as bar,
        # a generator left open keeps workers busy after an interrupt
        closing(Parallel(n_jobs, return_as="generator_unordered")(jobs)) as runs,
    ):
        for name, run in runs:
            found = by_name[name]
            found.add(run)
            found.unfinished(run["seed"]).unlink(missing_ok=True)
            bar.set_postfix_str(f"{name}: {run['metrics']['test_accuracy']:.2%}", refresh=False)
            bar.update()


def _n_seeds(found, n_seeds):
    if n_seeds is not None:
        return n_seeds
    return 1 if found.is_smoke_run else found.recipe.n_seeds


def _run(found, seed, *, data_home, progress):
    from skmnist.callbacks import BackupAndRestore

    recipe = found.recipe
    callbacks = [BackupAndRestore(found.unfinished(seed), keep=True)]
    if progress:
        from skmnist.callbacks import ProgressBar

        tqdm.write(f"{recipe.name}, seed {seed}: {recipe.title}", file=sys.stderr)
        callbacks.append(ProgressBar())
    run = run_once(
        recipe,
        seed,
        max_epochs=found.max_epochs,
        data_home=data_home,
        callbacks=callbacks,
        verbose=2 if progress else 0,
    )
    return recipe.name, run
