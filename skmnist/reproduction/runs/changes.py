"""What is set differently now than when a stored result was made."""

from skmnist.reproduction.recipes.recipe import without_addresses


def changes(recipe, stored):
    """Return the settings of a recipe that are not those of a stored result.

    A parameter that did not exist then is no change as long as it has its default.

    Parameters
    ----------
    recipe : Recipe
    stored : dict
        What `Recipe.settings` returned then.

    Returns
    -------
    changes : list of str
        Such as "l2=0.0005 then, 0.001 now"; empty if nothing has changed.
    """
    settings = recipe.settings()
    changed = [
        f"{name}={stored[name]} then, {settings[name]} now"
        for name in ("data", "watch", "estimator")
        if stored[name] != settings[name]
    ]
    then = {name: without_addresses(value) for name, value in stored["params"].items()}
    now = settings["params"]
    changed += [
        f"{name}={then[name]} then, {now.get(name, 'no such parameter')} now"
        for name in then
        if then[name] != now.get(name)
    ]
    new = sorted(name for name in now.keys() - then.keys() if not recipe.has_default(name))
    return changed + [f"{name}: no such parameter then, {now[name]} now" for name in new]
