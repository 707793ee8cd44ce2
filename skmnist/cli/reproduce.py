"""``skmnist reproduce``: run published experiments again."""

from pathlib import Path

from skmnist.cli.values import at_least


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "reproduce",
        parents=parents,
        help="run published student systems again",
        description="Run published student systems again, as they were and done right, keep "
        "the results, and write a report. What has been run already is not run again.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="recipe, letter of a system, or beginning of several names (before a hyphen)",
    )
    parser.add_argument("--list", action="store_true", help="list the recipes, and run none")
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
        "--data-home", metavar="FOLDER", help="where MNIST's files are looked for first"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")
    parser.set_defaults(run=_run)


def _run(args):
    if args.all and args.names:
        raise ValueError("Give names or --all, not both.")
    if args.report and (args.all or args.names):
        raise ValueError("--report runs no recipes: give it without names and without --all.")
    recipes = []
    if not args.report:
        recipes = select(args.names, everything=args.all or (args.list and not args.names))
    if args.list:
        _print_list(recipes)
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
    )
    folder = output_folder(args.output, args.epochs)
    mnist = OFFICIAL.load(args.data_home)
    documents = [write_report(all_results, mnist, folder), write_study(all_results, folder)]
    for found in chosen:
        print(f"{found.recipe.name}: test accuracy {found.mean('test_accuracy'):.2%}")
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
    from skmnist.reproduction.recipes.catalogue import ALL

    if everything:
        return ALL
    if not names:
        raise ValueError("Name recipes to run, or give --all; --list shows their names.")
    selected = []
    for name in names:
        matching = [recipe for recipe in ALL if recipe.name == name] or [
            recipe for recipe in ALL if _is_among(recipe, name)
        ]
        if not matching:
            raise ValueError(f"There is no recipe {name!r}; see --list.")
        selected += [recipe for recipe in matching if recipe not in selected]
    return selected


def _is_among(recipe, group):
    """Tell whether a recipe is one of a system, or its name begins so."""
    of_system = recipe.system == group and recipe.family != "candidate"
    return of_system or recipe.name.startswith(f"{group}-")


def _print_list(recipes):
    from tabulate import tabulate

    rows = [
        [recipe.name, recipe.title, "" if recipe.aim is None else f"{recipe.aim:.1%}"]
        for recipe in recipes
    ]
    print(tabulate(rows, headers=["name", "what", "aim"]))
