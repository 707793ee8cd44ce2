"""``skmnist reproduce``: run published experiments again."""

import sys
from functools import partial
from pathlib import Path

from skmnist.cli import models, runs
from skmnist.cli.errors import UsageError
from skmnist.cli.values import at_least


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "reproduce",
        parents=parents,
        help="run published student systems again",
        description="Run published student systems again, as they were and done right, keep "
        "results and models, and write a report. What has been run already is not run again. At "
        "the start it says how long it will take.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="recipe, letter of a system, or beginning of several names (before a hyphen): "
        "E1-plain, E, E1",
    )
    parser.add_argument(
        "--list",
        action="store_true",
        help="list the recipes, what is done of them and how long a fit takes, and run none",
    )
    parser.add_argument("--all", action="store_true", help="run all recipes")
    parser.add_argument(
        "--seeds",
        type=at_least(1),
        metavar="N",
        help="fits of each recipe (default: its own)",
    )
    parser.add_argument(
        "--report",
        action="store_true",
        help="run nothing, and write the pages from the results that there are",
    )
    parser.add_argument(
        "--epochs",
        type=at_least(1),
        metavar="N",
        help="train for so many epochs only: a smoke run, kept apart from results",
    )
    parser.add_argument(
        "--n-jobs",
        type=at_least(1),
        default=1,
        metavar="N",
        help="fits at a time (default: 1)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("reproduction"),
        metavar="FOLDER",
        help="where results and report go (default: reproduction)",
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=Path(runs.RUNS),
        metavar="FOLDER",
        help="where a fitted model of each recipe goes, in a run folder with the recipe's name "
        f"(default: {runs.RUNS})",
    )
    parser.add_argument(
        "--data-home", metavar="FOLDER", help="where MNIST's files are looked for first"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.set_defaults(run=_run)


def _run(args):
    if args.all and args.names:
        raise UsageError("Give names or --all, not both.")
    if args.report and (args.all or args.names):
        raise UsageError("--report runs no recipes: give it without names and without --all.")
    recipes = []
    if not args.report:
        recipes = select(args.names, everything=args.all or (args.list and not args.names))
    if args.list:
        _print_list(recipes, args)
        return

    import matplotlib as mpl

    mpl.use("agg")  # a command must not need a screen

    from skmnist.reproduction.documents.report import write_report
    from skmnist.reproduction.documents.study_report import write_study
    from skmnist.reproduction.recipes.catalogue import ALL
    from skmnist.reproduction.recipes.data import OFFICIAL
    from skmnist.reproduction.runs.results import load_results, output_folder
    from skmnist.reproduction.runs.runner import reproduce

    # what is in the way of the documents is better known before hours of fits
    all_results = load_results(ALL, args.output, args.epochs)
    by_name = {found.recipe.name: found for found in all_results}
    chosen = [by_name[recipe.name] for recipe in recipes]
    reproduce(
        chosen,
        n_seeds=args.seeds,
        n_jobs=args.n_jobs,
        data_home=args.data_home,
        progress=not args.quiet,
        keep_model=partial(keep_model, output_folder(args.models, args.epochs)),
    )
    folder = output_folder(args.output, args.epochs)
    mnist = OFFICIAL.load(args.data_home)
    documents = [write_report(all_results, mnist, folder), write_study(all_results, folder)]
    for found in chosen:
        print(f"{found.recipe.name}: test accuracy {found.mean('test_accuracy'):.2%}")
    _say_where_models_are(chosen, output_folder(args.models, args.epochs))
    print(f"Wrote {' and '.join(map(str, documents))}")


def select(names, *, everything=False):
    """Return the recipes of these names.

    Parameters
    ----------
    names : list of str
        Names of recipes, letters of systems, or beginnings of names before a hyphen: "A-l1",
        "A", "A-improved".
    everything : bool, default=False
        Whether to return all recipes, whatever the names.

    Returns
    -------
    recipes : list of Recipe

    Raises
    ------
    ValueError
        If there are no names, or one that fits no recipe.
    """
    from skmnist.cli.recipes import unknown
    from skmnist.reproduction.recipes.catalogue import ALL

    if everything:
        return ALL
    if not names:
        raise UsageError("Name recipes to run, or give --all; --list shows their names.")
    selected = []
    for name in names:
        matching = [recipe for recipe in ALL if recipe.name == name] or [
            recipe for recipe in ALL if _is_among(recipe, name)
        ]
        if not matching:
            raise unknown(name)
        selected += [recipe for recipe in matching if recipe not in selected]
    return selected


def _is_among(recipe, group):
    """Tell whether a recipe is one of a system, or its name begins so."""
    of_system = recipe.system == group and recipe.family != "candidate"
    return of_system or recipe.name.startswith(f"{group}-")


def keep_model(folder, found, estimator, run):
    """Write a run folder with the model of a recipe.

    Parameters
    ----------
    folder : path-like
        Where run folders are. That of the recipe is made, or written to again.
    found : Results
        Of the recipe.
    estimator : fitted estimator
    run : dict
        What `run_once` returned.
    """
    from skmnist import save_model

    recipe = found.recipe
    if recipe.family == "candidate":  # only its figures matter
        return
    classifier = models.classifier_of(estimator)
    n_images = {part: recipe.data.n_images(part) for part in ("train", "test")}
    metrics = {
        "dataset": "mnist",
        "recipe": recipe.name,
        "seed": run["seed"],
        "target": models.target_of(estimator),
        "test_accuracy": run["metrics"]["test_accuracy"],
        "n_errors": round((1 - run["metrics"]["test_accuracy"]) * n_images["test"]),
        **{f"n_{part}": n for part, n in n_images.items()},
        **models.describe(classifier),
        "fit_seconds": run["fit_seconds"],
        **{name: run[name] for name in ("started", "versions", "machine")},
    }
    path = Path(folder, recipe.name)
    try:
        if path.exists() and runs.read_metrics(path).get("recipe") != recipe.name:
            raise FileExistsError(f"{path} is there already, and is something else")
        path.mkdir(parents=True, exist_ok=True)
        save_model(estimator, path / runs.MODEL)
        runs.write_csv(path / runs.HISTORY, classifier.history_)
        runs.write_json(path / runs.METRICS, metrics)
    except (OSError, ValueError) as error:
        # the results of hours are worth more than the model
        print(f"The model of {recipe.name} is not kept: {error}", file=sys.stderr)


def _say_where_models_are(chosen, folder):
    names = [found.recipe.name for found in chosen if found.recipe.family != "candidate"]
    kept = [name for name in names if (folder / name / runs.MODEL).is_file()]
    if kept:
        run = kept[0] if folder == Path(runs.RUNS) else folder / kept[0]
        print(f"Models are in {folder}. To label a picture: skmnist predict {run} PICTURE")
    if len(kept) < len(names):
        missing = [name for name in names if name not in kept]
        print(
            f"No model was kept of {', '.join(missing)}. To train one: "
            f"skmnist fit --recipe {missing[0]}"
        )


def _print_list(recipes, args):
    from tabulate import tabulate

    from skmnist.reproduction.runs.plan import Plan, duration
    from skmnist.reproduction.runs.results import load_results

    all_results = load_results(recipes, args.output, args.epochs)
    plan = Plan(all_results, args.seeds, args.n_jobs)
    rows = []
    for found in all_results:
        n_fits, seconds = plan.n_seeds(found, args.seeds), plan.seconds(found)
        rows.append(
            [
                found.recipe.name,
                found.recipe.title,
                "" if found.recipe.aim is None else f"{found.recipe.aim:.1%}",
                f"{sum(map(found.has, range(n_fits)))} of {n_fits}",
                "" if seconds is None else duration(seconds),
            ]
        )
    print(tabulate(rows, headers=["name", "what", "aim", "done", "a fit takes"]))
    print(f"\n{plan.describe()}")
