"""``SquareDigitTransformer``."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from skmnist.targets import SquareDigitTransformer

SQUARE = SquareDigitTransformer()
DIGITS = list(range(10))
IS_SQUARE = [1, 1, 0, 0, 1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "dtype",
    ["uint8", "int8", "int32", "uint64", "float16", "float32", "longdouble", "U1", "U5", "O"],
)
@pytest.mark.parametrize("container", [np.array, pd.Series])
def test__square_digit_transformer__digits_of_any_type__are_told(dtype, container):
    y = np.array(DIGITS).astype(dtype)
    is_square = SQUARE.fit_transform(y if container is np.array else container(list(y)))
    assert is_square.dtype == int
    np.testing.assert_array_equal(is_square, IS_SQUARE, strict=True)


@pytest.mark.parametrize(
    "y",
    [
        list("0123456789"),
        np.array([*"01234", 5, 6, 7, 8, 9.0], dtype=object),
        np.array(DIGITS, dtype=object) * np.int64(1),
        pd.Series(DIGITS, dtype="category"),
        pd.Series(list("0123456789"), dtype="category"),
        pd.Series(DIGITS, dtype="Int64"),
        pd.Series(list("0123456789"), dtype="string"),
        np.array(DIGITS).astype(str).astype(np.dtypes.StringDType()),
    ],
    ids=[
        "list",
        "mixed",
        "numpy scalars",
        "categories",
        "str categories",
        "Int64",
        "string",
        "StringDType",
    ],
)
def test__square_digit_transformer__containers__are_taken(y):
    np.testing.assert_array_equal(SQUARE.transform(y), IS_SQUARE)


@pytest.mark.parametrize(
    ("y", "named"),
    [
        ([1, 10], "hold 10"),
        ([-1, 2], "hold -1"),
        ([1.0, 2.5], "hold 2.5"),
        ([1.0, np.nan], "hold nan"),
        ([1.0, -np.inf], "hold -inf"),
        (["1", "seven", " 4"], "hold 'seven', ' 4'"),
        (["1", ""], "hold ''"),
        (["04"], "hold '04'"),
        ([b"4"], "hold b'4'"),
        ([True, False], "hold True, False"),
        (np.array([4, True], dtype=object), "hold True"),
        (np.array([4, None, [9]], dtype=object), r"hold None, \[9\]"),
        (pd.Series([1, None], dtype="Int64"), "hold nan"),
        (pd.Series(["1", None], dtype="string"), "hold <NA>"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "transform", "fit_transform"])
def test__square_digit_transformer__other_labels__are_named(method, y, named):
    with pytest.raises(ValueError, match=f"needs digits.*{named}" + r"\.$"):
        getattr(SQUARE, method)(y)


def test__square_digit_transformer__many_wrong_labels__are_named_once_and_in_part():
    y = [*range(20), *range(20)]
    with pytest.raises(ValueError, match=r"hold 10, 11, 12, 13, 14 and 5 more\.$"):
        SQUARE.fit(y)


def test__square_digit_transformer__no_labels__none_come_out():
    transformed = SQUARE.fit_transform([])
    assert transformed.shape == (0,)
    assert transformed.dtype == int


def test__square_digit_transformer__column__is_flattened_with_a_warning():
    with pytest.warns(DataConversionWarning):
        np.testing.assert_array_equal(SQUARE.transform([[1], [2]]), [1, 0])
    with pytest.raises(ValueError, match="1d array"):
        SQUARE.transform([[1, 2]])


def test__square_digit_transformer__never_fitted__transforms_and_counts_as_fitted():
    transformer = SquareDigitTransformer()
    check_is_fitted(transformer)
    assert vars(transformer.fit([1])) == {}


def test__square_digit_transformer__inverse__is_absent_and_says_why():
    assert not hasattr(SQUARE, "inverse_transform")
    with pytest.raises(AttributeError, match="0, 1, 4 and 9 all become 1"):
        SQUARE.inverse_transform([1])


def test__square_digit_transformer__tags__are_those_of_a_target_transformer():
    tags = get_tags(SQUARE)
    assert tags.input_tags.one_d_array
    assert not tags.input_tags.two_d_array
    assert tags.target_tags.one_d_labels
    assert not tags.requires_fit
    assert tags.transformer_tags.preserves_dtype == []
