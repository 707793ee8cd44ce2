"""Run recipes, and keep their results: what is there already is not run again."""

import sys
from contextlib import closing
from pathlib import Path

from joblib import Parallel, delayed
from tqdm import tqdm

from skmnist.reproduction.results import Results
from skmnist.reproduction.run import run_once


def results_folder(output, max_epochs=None):
    """Return where results are kept; those of smoke runs apart from others.

    Parameters
    ----------
    output : path-like
    max_epochs : int, default=None
        The number of epochs of a smoke run.
    """
    return document_folder(output, max_epochs) / "results"


def document_folder(output, max_epochs=None):
    """Return where the documents on the results go; see `results_folder`."""
    return Path(output) if max_epochs is None else Path(output) / f"smoke-{max_epochs}-epochs"


def reproduce(
    recipes,
    output,
    *,
    n_seeds=None,
    max_epochs=None,
    n_jobs=1,
    data_home=None,
    progress=True,
):
    """Run what is missing of some recipes.

    Each run is kept as soon as it ends, and of a torch network each epoch: what is interrupted
    goes on there (a fit of the NumPy network, of a minute at most, starts again). First all
    recipes are run with seed 0, then with 1, and so on.

    Parameters
    ----------
    recipes : list of Recipe
    output : path-like
        Folder for results, in its sub-folder ``results``.
    n_seeds : int, default=None
        Number of runs of each recipe, with seeds from 0 on; by default the recipe's own, or 1
        in a smoke run.
    max_epochs : int, default=None
        Epochs of each fit: a smoke run, whose results are kept apart and mean nothing.
    n_jobs : int, default=1
        Number of fits at a time, each in a process with its share of the cores.
    data_home : path-like, default=None
        Where MNIST is looked for first.
    progress : bool, default=True
        Whether to show progress of the whole and, if there is one fit at a time, of the fit.

    Returns
    -------
    results : list of Results
        One for each recipe.

    Raises
    ------
    ResultsError
        If results of other settings are in the way. Nothing is run then.
    """
    folder = results_folder(output, max_epochs)
    # now, rather than when the first fit has come to its end
    folder.mkdir(parents=True, exist_ok=True)
    results = [Results(recipe, folder, max_epochs) for recipe in recipes]
    missing = [
        (seed, found)
        for found in results
        for seed in range(_n_seeds(found.recipe, n_seeds, max_epochs))
        if not found.has(seed)
    ]
    missing.sort(key=lambda job: job[0])
    show_fits = progress and n_jobs == 1
    backups = {
        (found.recipe.name, seed): folder.parent / "unfinished" / f"{found.recipe.name}-{seed}.pt"
        for seed, found in missing
    }
    jobs = (
        delayed(_run)(
            found.recipe,
            seed,
            backups[found.recipe.name, seed],
            max_epochs=max_epochs,
            data_home=data_home,
            progress=show_fits,
        )
        for seed, found in missing
    )
    by_name = {found.recipe.name: found for found in results}
    with (
        tqdm(total=len(missing), unit="fit", disable=not progress, file=sys.stderr) as bar,
        # a generator left open keeps workers busy after an interrupt
        closing(Parallel(n_jobs, return_as="generator_unordered")(jobs)) as runs,
    ):
        for name, run in runs:
            by_name[name].add(run)
            backups[name, run["seed"]].unlink(missing_ok=True)
            bar.set_postfix_str(f"{name}: {run['figures']['test_accuracy']:.2%}", refresh=False)
            bar.update()
    return results


def _n_seeds(recipe, n_seeds, max_epochs):
    if n_seeds is not None:
        return n_seeds
    return recipe.n_seeds if max_epochs is None else 1


def _run(recipe, seed, backup, *, max_epochs, data_home, progress):
    from skmnist.callbacks import BackupAndRestore

    callbacks = [BackupAndRestore(backup, keep=True)]
    if progress:
        from skmnist.callbacks import ProgressBar

        tqdm.write(f"{recipe.name}, seed {seed}: {recipe.title}", file=sys.stderr)
        callbacks.append(ProgressBar())
    run = run_once(
        recipe,
        seed,
        max_epochs=max_epochs,
        data_home=data_home,
        callbacks=callbacks,
        verbose=2 if progress else 0,
    )
    return recipe.name, run
