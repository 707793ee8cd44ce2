"""The recipes of the reproduction, for commands that train or name them."""

import difflib

from skmnist.cli.errors import UsageError


def exists(name):
    """Tell whether there is a recipe of a name."""
    from skmnist.reproduction.recipes.catalogue import ALL

    return any(recipe.name == name for recipe in ALL)


def find(name):
    """Return the recipe of a name.

    Raises
    ------
    ValueError
        If there is none.
    """
    from skmnist.reproduction.recipes.catalogue import ALL

    for recipe in ALL:
        if recipe.name == name:
            return recipe
    raise unknown(name)


def unknown(name):
    """Return the error for a name that no recipe has."""
    from skmnist.reproduction.recipes.catalogue import ALL

    names = [recipe.name for recipe in ALL]
    similar = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(similar)}?" if similar else ""
    return UsageError(f"There is no recipe {name!r}; see `skmnist reproduce --list`.{hint}")


def default_seed(recipe):
    """Return the seed of a recipe's own run: that of the published one if it is known."""
    return recipe.published_seed or 0


def make_estimator(recipe, params=None):
    """Return the estimator of a recipe, its parameters checked.

    Parameters
    ----------
    recipe : Recipe
    params : dict, default=None
        Parameters of the classifier that are to be different from the recipe's.
    """
    from skmnist._sklearn import check_parameters
    from skmnist.cli.models import classifier_in

    estimator = recipe.make_estimator(default_seed(recipe))
    classifier = classifier_in(estimator).set_params(**(params or {}))
    check_parameters(classifier)
    return estimator


def images_of(recipe, task):
    """Return a task with the images that a recipe is for, and those that it watches.

    Parameters
    ----------
    recipe : Recipe
    task : Task
        Its images are all taken unless they are MNIST's.
    """
    parts = {"train": (task.X_train, task.y_train), "test": (task.X_test, task.y_test)}
    title = task.title
    if task.record() == {"dataset": "mnist"}:
        known = parts["train"]
        title = f"MNIST, {recipe.data}"
        for part in ("train", "validation", "test"):
            limits = getattr(recipe.data, part)
            if limits is not None:
                parts[part] = tuple(array[slice(*limits)] for array in known)
    (X_train, y_train), (X_test, y_test) = parts["train"], parts["test"]
    return task._replace(
        title=title,
        X_train=X_train,
        y_train=y_train,
        X_test=X_test,
        y_test=y_test,
        watched=parts.get(recipe.watch),
    )
