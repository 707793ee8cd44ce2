"""A transformer of labels: which digits are square numbers."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import column_or_1d

from skmnist._sklearn import DocumentedMixin
from skmnist._storable import storable

_IS_SQUARE = {
    label: int(digit in (0, 1, 4, 9)) for digit in range(10) for label in (digit, str(digit))
}
_LABEL_TYPES = (str, int, float, np.integer, np.floating)
_MAX_NAMED_LABELS = 5


@storable
class SquareDigitTransformer(DocumentedMixin, TransformerMixin, BaseEstimator):
    """Turn square digits (0, 1, 4 and 9) into 1, and all other digits into 0.

    It transforms a target `y`, not the input `X`. It learns nothing from data, so ``transform``
    works without ``fit``.

    See Also
    --------
    TransformedTargetClassifier : Trains a classifier on a transformed target.
    sklearn.preprocessing.LabelEncoder : Numbers the labels of a target.

    Examples
    --------
    >>> from skmnist.targets import SquareDigitTransformer
    >>> SquareDigitTransformer().fit_transform([0, 1, 2, 3, 4, 9])
    array([1, 1, 0, 0, 1, 1])
    >>> SquareDigitTransformer().transform(["4", "5"])
    array([1, 0])
    """

    def fit(self, y):
        """Check the labels. Nothing is learned from them.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Digits; see ``transform``.

        Returns
        -------
        self : object
            The transformer.

        Raises
        ------
        ValueError
            If y holds anything but digits.
        """
        self.transform(y)
        return self

    def fit_transform(self, y):
        """Return for each digit whether it is a square number.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Digits; see ``transform``.

        Returns
        -------
        is_square : ndarray of int of shape (n_samples,)
            1 for 0, 1, 4 and 9; 0 for the other digits.

        Raises
        ------
        ValueError
            If y holds anything but digits.
        """
        return self.transform(y)

    def transform(self, y):
        """Return for each digit whether it is a square number.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Digits 0 to 9: whole numbers of any integer or floating dtype, or the strings
            "0" to "9".

        Returns
        -------
        is_square : ndarray of int of shape (n_samples,)
            1 for 0, 1, 4 and 9; 0 for the other digits.

        Raises
        ------
        ValueError
            If y holds anything but digits. Booleans are refused too: they are most likely
            labels that are already transformed.
        """
        labels = column_or_1d(y, warn=True).tolist()
        is_square = [
            _IS_SQUARE.get(label)
            if isinstance(label, _LABEL_TYPES) and not isinstance(label, bool)
            else None
            for label in labels
        ]
        if None in is_square:
            pairs = zip(labels, is_square, strict=True)
            wrong = list(dict.fromkeys(repr(label) for label, known in pairs if known is None))
            more = len(wrong) - _MAX_NAMED_LABELS
            raise ValueError(
                f"{type(self).__name__} needs digits, the numbers 0 to 9 or the strings '0' to "
                f"'9', but the labels hold {', '.join(wrong[:_MAX_NAMED_LABELS])}"
                f"{f' and {more} more' if more > 0 else ''}."
            )
        return np.array(is_square, dtype=int)

    @property
    def inverse_transform(self):
        """Raise an AttributeError: several digits become the same value."""
        raise AttributeError(
            f"{type(self).__name__} has no inverse_transform: 0, 1, 4 and 9 all become 1, so "
            "that the digit cannot be told from it. Keep y itself where you need the digits."
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.target_tags.one_d_labels = True
        tags.transformer_tags.preserves_dtype = []
        return tags
