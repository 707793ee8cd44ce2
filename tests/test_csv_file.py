"""Images in CSV files."""

import gzip

import numpy as np
import pytest

from skmnist.datasets import DatasetError, load_csv

PIXELS = np.array([[0, 255, 9, 10], [1, 2, 3, 4], [0, 0, 0, 0]], np.uint8)
ROWS = [",".join(map(str, row)) for row in PIXELS.tolist()]


@pytest.fixture
def load(tmp_path):
    """Write lines to a file, and load it."""

    def load(*lines, end="\n", **kwargs):
        path = tmp_path / "a.csv"
        path.write_bytes(end.join([*lines, ""]).encode())
        return load_csv(path, **kwargs)

    return load


def labelled(*labels):
    return [f"{label},{row}" for label, row in zip(labels, ROWS, strict=True)]


@pytest.mark.parametrize(
    "header",
    [
        ["label,pixel0,pixel1,pixel2,pixel3"],
        ['"label","1x1","1x2","2x1","2x2"'],
        ["\ufeffLabel,0,1,2,3"],
        ["answer,a,b,c,d"],
        [],
    ],
)
def test__load_csv__labels_first__with_and_without_header(header, load):
    dataset = load(*header, *labelled(5, 0, 4))
    np.testing.assert_array_equal(dataset.data, PIXELS)
    assert dataset.data.dtype == np.uint8
    np.testing.assert_array_equal(dataset.images, PIXELS.reshape(3, 2, 2))
    assert np.shares_memory(dataset.images, dataset.data)
    assert dataset.target.tolist() == [5, 0, 4]
    assert dataset.target.dtype == np.int64
    assert len(dataset.feature_names) == 4


@pytest.mark.parametrize("header", [["pixel0,pixel1,pixel2,pixel3"], []])
def test__load_csv__pixels_only__no_target(header, load):
    dataset = load(*header, *ROWS)
    np.testing.assert_array_equal(dataset.data, PIXELS)
    assert dataset.target is None
    assert dataset.feature_names == (
        header[0].split(",") if header else ["pixel_0_0", "pixel_0_1", "pixel_1_0", "pixel_1_1"]
    )


def test__load_csv__numbered_columns__are_a_header(load):
    numbers = ",".join(map(str, range(16)))
    assert load(numbers, numbers).data.tolist() == [[*range(16)]]


def test__load_csv__labels_last__by_name_or_parameter(load):
    rows = [f"{row},{label}" for row, label in zip(ROWS, (7, 8, 9), strict=True)]
    for dataset in (load("a,b,c,d,class", *rows), load(*rows, label_column="last")):
        np.testing.assert_array_equal(dataset.data, PIXELS)
        assert dataset.target.tolist() == [7, 8, 9]


def test__load_csv__label_column__is_obeyed(load):
    with pytest.raises(DatasetError, match="line 1 has 5 columns"):
        load(*labelled(1, 2, 3), label_column=None)
    assert load(*labelled(1, 2, 3), label_column="first").target.tolist() == [1, 2, 3]


def test__load_csv__odd_but_clear__is_read(load):
    lines = ["label,a,b,c,d", "", '"5", 0 ,255,9.0,"10"', "  ", "0.0,1,2,3,4"]
    for end in ("\n", "\r\n", "\r"):
        X, y = load(*lines, end=end, return_X_y=True)
        np.testing.assert_array_equal(X, PIXELS[:2])
        assert X.dtype == np.uint8
        assert y.tolist() == [5, 0]


def test__load_csv__fractions_and_words__floats_and_strings(load):
    X, y = load("a,0.5,1,2,3", "b,0,1e-1,0,255", return_X_y=True)
    np.testing.assert_array_equal(X, np.array([[0.5, 1, 2, 3], [0, 0.1, 0, 255]], np.float32))
    assert X.dtype == np.float32
    assert y.tolist() == ["a", "b"]


def test__load_csv__many_rows_and_large_images__same_as_written(tmp_path):
    rng = np.random.default_rng(0)
    for n, side in ((2500, 4), (3, 150)):
        X = rng.integers(0, 256, (n, side**2), np.uint8)
        y = rng.integers(0, 10, n)
        lines = [",".join(map(str, row)) for row in np.column_stack([y, X]).tolist()]
        names = ",".join(f'"pixel{k}"' for k in range(side**2))
        text = "\n".join([f'"label",{names}', *lines])
        path = tmp_path / "a.csv.gz"
        path.write_bytes(gzip.compress(text.encode()))
        found = load_csv(path)
        np.testing.assert_array_equal(found.data, X)
        np.testing.assert_array_equal(found.target, y)
        # browsers unpack files without renaming them
        path.write_text(text)
        np.testing.assert_array_equal(load_csv(str(path)).data, X)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], " is empty"),
        (["", "  "], " is empty"),
        (["label,a,b,c,d"], " has a header, but no images below it"),
        (["hello"], ", line 1 has 1 column, separated by commas: neither the pixels of a square"),
        (["label,a,b,c"], ", line 1 has 4 columns, separated by commas: neither"),
        (["label;a;b;c;d", "1;2;3;4;5"], ", line 1 has 1 column, separated by commas"),
        (["a,label,b,c,d"], r", line 1: column 2 \(label\) cannot be that of the labels"),
        (["1,0,1,2,3", "2,0,1,2"], ", line 2 has 4 columns, but the first one has 5"),
        (["1,0,1,2,3", "", "2,0,1,2,3,4"], ", line 3 has 6 columns, but the first one has 5"),
        (["label,a,b,c,d", "1,0,1,x,3"], r", line 2, column 4 \(c\): 'x' is no pixel from 0"),
        (["1,0,1,2,3", "1,0,1,2,256"], ", line 2, column 5: '256' is no pixel from 0 to 255"),
        (["1,0,1,2,3", "1,-1,1,2,3"], ", line 2, column 2: '-1' is no pixel"),
        (["1,0,1,,3"], ", line 1, column 4: '' is no pixel"),
        (["1,0,1,nan,3"], ", line 1, column 4: 'nan' is no pixel"),
        (["1,0,1,1e999,3"], ", line 1, column 4: '1e999' is no pixel"),
        (["1,0,1,٣,3"], ", line 1, column 4: '٣' is no pixel"),
        (["1,0,1,2_5,3"], ", line 1, column 4: '2_5' is no pixel"),
        (["1,0,1,\0,3"], r", line 1, column 4: '\\x00' is no pixel"),
        (['1,0,1,"2,3'], ", line 1"),
        (["label,a,b,c,d", ",0,1,2,3"], r", line 2, column 1 \(label\): '' is no label"),
        (["1,0,1,2,3", "x,0,1,2,3"], ", line 2, column 1: 'x' is no whole number, but the first"),
        (["1,0,1,2,3", "1.5,0,1,2,3"], ", line 2, column 1: '1.5' is no whole number"),
    ],
)
def test__load_csv__bad_file__error_names_file_line_and_column(lines, message, load, tmp_path):
    with pytest.raises(DatasetError, match=message) as error:
        load(*lines)
    assert str(error.value).startswith(str(tmp_path / "a.csv"))


@pytest.mark.parametrize("line", ["7,,0,,12", "7,nan,0,NaN,12", "7,0,,,12"])
def test__load_csv__first_image_with_gaps__is_no_header(line, load):
    with pytest.raises(DatasetError, match=r"line 1, column \d: .* is no pixel"):
        load(line, "1,0,0,0,0")


def test__load_csv__labels_in_another_encoding__error_instead_of_one_class(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("é,0,1,2,3\nè,0,1,2,3\n".encode("latin-1"))
    with pytest.raises(DatasetError, match="is no text in UTF-8"):
        load_csv(path)


def test__load_csv__error_far_down__names_its_line(load):
    lines = ["1,0,1,2,3"] * 2500
    lines[2345] = "1,0,1,2,?"
    with pytest.raises(DatasetError, match="line 2346, column 5"):
        load(*lines)


def test__load_csv__damaged_gzip__clear_error(tmp_path):
    path = tmp_path / "a.csv.gz"
    good = gzip.compress("\n".join(labelled(1, 2, 3)).encode())
    for bad in (good[:-5], good[:15] + b"\xff\xff" + good[17:], good[:2]):
        path.write_bytes(bad)
        with pytest.raises(DatasetError, match="damaged gzip archive"):
            load_csv(path)


def test__load_csv__bomb__is_refused(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"0,0,0,0,0\n" * 10**6))
    with pytest.raises(DatasetError, match="unfolds to more than 100 times"):
        load_csv(path)
    path.write_bytes(gzip.compress(b"0," * 10**7))
    with pytest.raises(DatasetError, match="line 1 is too long"):
        load_csv(path)


def test__load_csv__no_file__the_usual_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_csv(tmp_path / "a.csv")
    with pytest.raises(OSError, match="directory"):
        load_csv(tmp_path)


@pytest.mark.parametrize("place", ["first", "last"])
def test__load_csv__comma_in_a_quoted_label__part_of_it(place, tmp_path):
    path = tmp_path / "a.csv"
    labels = ["zero, digit", "one"]
    lines = [f'"{labels[k % 2]}",0,5,{k},255' for k in range(20)]
    if place == "last":
        lines = ["a,b,c,d,label", *(f'0,5,{k},255,"{labels[k % 2]}"' for k in range(20))]
    path.write_text("\n".join(lines))
    loaded = load_csv(path)
    assert loaded.target[:2].tolist() == labels
    assert loaded.data[3].tolist() == [0, 5, 3, 255]
