"""Run recipes, and keep their results: what is there already is not run again."""

import contextlib
import sys
from contextlib import closing
from functools import partial

from joblib import Parallel, delayed

from skmnist.reproduction.runs.plan import Plan, duration
from skmnist.reproduction.runs.prefixed import PrefixedLines
from skmnist.reproduction.runs.run_once import run_once


def reproduce(
    all_results, *, n_seeds=None, n_jobs=1, data_home=None, progress=True, keep_model=None
):
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
        Whether to print on standard error what is to be run and how long that takes, a line for
        each epoch, and one for each fit that has ended.
    keep_model : callable, default=None
        Given the results of a recipe, the fitted estimator and the run, for one seed of each
        recipe; see `kept_seed`. It is called in the process of the fit.

    Raises
    ------
    ResultsError
        If runs are missing where those that there are have other settings. Nothing is run then.
    """
    plan = Plan(all_results, n_seeds, n_jobs)
    # now, rather than when the first fit has come to its end
    for _, found in plan.missing:
        found.check_settings()
        found.path.parent.mkdir(parents=True, exist_ok=True)
    if progress:
        _say(plan.describe())
    jobs = (
        delayed(_run)(
            found,
            seed,
            data_home=data_home,
            progress=progress,
            keep_model=keep_model if seed == kept_seed(found, n_seeds) else None,
        )
        for seed, found in plan.missing
    )
    by_name = {found.recipe.name: found for found in all_results}
    # a generator left open keeps workers busy after an interrupt
    with closing(Parallel(n_jobs, return_as="generator_unordered")(jobs)) as runs:
        for n_done, (name, run) in enumerate(runs, start=1):
            found = by_name[name]
            found.add(run)
            found.unfinished(run["seed"]).unlink(missing_ok=True)
            if progress:
                _say(_describe_end(plan, name, run, n_done))


def kept_seed(found, n_seeds=None):
    """Return the seed of which the model is kept.

    It is that of the published run if it is known, else 0.

    Parameters
    ----------
    found : Results
    n_seeds : int, default=None
        See `reproduce`.
    """
    published = found.recipe.published_seed
    n_seeds = Plan.n_seeds(found, n_seeds)
    return published if published is not None and published < n_seeds else 0


def _describe_end(plan, name, run, n_done):
    text = f"{name}, seed {run['seed']}: test accuracy {run['metrics']['test_accuracy']:.2%}"
    text += f" ({n_done}/{len(plan.missing)}"
    left = plan.seconds_left()
    return text + (")" if left is None else f", about {duration(left)} left)")


def _run(found, seed, *, data_home, progress, keep_model):
    from skmnist.callbacks import BackupAndRestore, ProgressBar

    recipe = found.recipe
    callbacks = [BackupAndRestore(found.unfinished(seed), keep=True)]
    lines = PrefixedLines(f"{recipe.name}, seed {seed}: ")
    if progress:
        lines.write(f"{recipe.title}\n")
        callbacks.append(ProgressBar(lines))
    # the NumPy network prints, and only results are for standard output
    with contextlib.redirect_stdout(lines) if progress else contextlib.nullcontext():
        run = run_once(
            recipe,
            seed,
            max_epochs=found.max_epochs,
            data_home=data_home,
            callbacks=callbacks,
            verbose=int(progress),
            keep=None if keep_model is None else partial(keep_model, found),
        )
    return recipe.name, run


def _say(text):
    print(text, file=sys.stderr, flush=True)
