"""How often each label occurs."""

import numpy as np

from skmnist.plots._canvas import COLOURS, HATCHES, one_panel

#: So many letters are as wide as a bar.
_SHORT = 5


class LabelDistributionDisplay:
    """How often each label occurs, in one set of images or in several.

    Make one with `from_data`.

    Parameters
    ----------
    counts : dict of str to ndarray of shape (n_classes,)
        For each set the number of images of each class.
    classes : ndarray of shape (n_classes,)

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist.plots import LabelDistributionDisplay
    >>> y = load_digits().target
    >>> display = LabelDistributionDisplay.from_data({"training": y[:1000], "test": y[1000:]})
    >>> display.counts["test"].tolist()
    [79, 80, 77, 79, 83, 82, 80, 80, 76, 81]
    """

    def __init__(self, counts, classes):
        self.counts = counts
        self.classes = classes

    @classmethod
    def from_data(cls, y, *, normalize=False, ax=None):
        """Plot how often labels occur.

        Parameters
        ----------
        y : array-like of shape (n_samples,), or dict of str to such arrays
            Labels, or those of several sets by name, such as ``{"training": …, "test": …}``.
        normalize : bool, default=False
            Whether to show shares instead of numbers, to compare sets of different sizes.
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : LabelDistributionDisplay
            With its figure drawn.
        """
        sets = {name: np.asarray(v) for name, v in (y if isinstance(y, dict) else {"": y}).items()}
        classes = np.unique(np.concatenate([np.unique(labels) for labels in sets.values()]))
        counts = {
            name: np.array([int((labels == c).sum()) for c in classes])
            for name, labels in sets.items()
        }
        return cls(counts, classes).plot(normalize=normalize, ax=ax)

    def plot(self, *, normalize=False, ax=None):
        """Draw the bars.

        Parameters
        ----------
        normalize : bool, default=False
            See `from_data`.
        ax : matplotlib.axes.Axes, default=None
            See `from_data`.

        Returns
        -------
        display : LabelDistributionDisplay
            This one, with its figure drawn.
        """
        n_classes, n_sets = len(self.classes), len(self.counts)
        self.ax_ = one_panel(ax, (max(4.0, 0.55 * n_classes * max(1, 0.75 * n_sets) + 1.5), 3.4))
        self.figure_ = self.ax_.get_figure()
        width = 0.8 / n_sets
        for number, (name, counts) in enumerate(self.counts.items()):
            values = 100 * counts / max(counts.sum(), 1) if normalize else counts
            places = np.arange(n_classes) + (number - (n_sets - 1) / 2) * width
            bars = self.ax_.bar(
                places,
                values,
                width,
                label=f"{name} ({counts.sum():,})" if name else None,
                color=COLOURS[number % len(COLOURS)],
                hatch=HATCHES[number % len(HATCHES)],
                edgecolor="white",
            )
            texts = [f"{v:.1f}" if normalize else f"{v:,}" for v in values]
            self.ax_.bar_label(
                bars, texts, fontsize=7, rotation=0 if n_sets == 1 else 90, padding=2
            )
        names = [str(c) for c in self.classes]
        # longer names would run into each other
        rotation = 90 if max(map(len, names)) > _SHORT else 0
        self.ax_.set_xticks(range(n_classes), names, parse_math=False, rotation=rotation)
        self.ax_.set(xlabel="label", ylabel="images, %" if normalize else "images")
        self.ax_.set_title("How often each label occurs", fontsize=10)
        self.ax_.margins(y=0.15)
        self.ax_.spines[["top", "right"]].set_visible(False)
        if n_sets > 1:
            # above the bars, so that it hides none
            self.ax_.margins(y=0.3)
            self.ax_.legend(fontsize=8, loc="upper center", ncols=n_sets)
        return self
