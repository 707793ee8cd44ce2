"""The first step of a pipeline that takes any picture."""

import numpy as np
import pytest
from made_up_pictures import dark_on_white, in_the_middle
from PIL import Image
from sklearn.pipeline import make_pipeline

from skmnist import DigitNormalizer, NumpyMLPClassifier, load_model, save_model
from skmnist.cli import main


def test__transform__images_of_mnist__stay_as_they_are(mnist):
    rows = mnist.data[50_000:60_000]
    np.testing.assert_array_equal(DigitNormalizer().transform(rows), rows)


@pytest.fixture
def pictures(mnist):
    return [dark_on_white(row.reshape(28, 28), None) for row in mnist.data[50_000:50_003]]


def test__transform__paths_images_or_arrays__same_rows(pictures, tmp_path):
    paths = []
    for k, picture in enumerate(pictures):
        paths.append(tmp_path / f"{k}.png")
        picture.save(paths[-1])
    expected = DigitNormalizer().fit_transform(pictures)
    assert expected.shape == (3, 784)
    assert expected.dtype == np.uint8
    arrays = [np.asarray(picture) for picture in pictures]
    for X in (paths, [*map(str, paths)], arrays, np.stack(arrays), np.stack(arrays)[:, None]):
        np.testing.assert_array_equal(DigitNormalizer().fit_transform(X), expected)


def test__transform__mnists_procedure__box_and_centre_of_mass(pictures):
    for row in DigitNormalizer().transform(pictures):
        image = row.reshape(28, 28).astype(float)
        inked = image > 0
        sides = [np.ptp(np.flatnonzero(inked.any(axis=axis))) + 1 for axis in (0, 1)]
        assert 19 <= max(sides) <= 20
        for axis in (0, 1):
            profile = image.sum(axis=axis)
            assert abs(profile @ np.arange(28) / profile.sum() - 14) < 0.6


@pytest.mark.parametrize(
    ("image_shape", "box_shape"), [((8, 8), None), ((8, 8), (8, 8)), ((32, 20), (30, 18))]
)
def test__transform__other_shapes__digit_fills_its_box(pictures, image_shape, box_shape):
    normalizer = DigitNormalizer(image_shape=image_shape, box_shape=box_shape)
    for row in normalizer.transform(pictures):
        rows, columns = np.nonzero(row.reshape(image_shape))
        height, width = box_shape or (6, 6)
        assert max(np.ptp(rows) + 1 - height, np.ptp(columns) + 1 - width) == 0


def test__transform__blank__zeros():
    assert not DigitNormalizer().transform([Image.new("L", (50, 40), 200)]).any()


@pytest.mark.parametrize("params", [{"image_shape": (28,)}, {"box_shape": (40, 20)}])
def test__fit__shapes_that_make_no_sense__says_so(params, pictures):
    with pytest.raises(ValueError, match="_shape"):
        DigitNormalizer(**params).fit(pictures)


def test__pipeline__saved_and_used_by_predict__same_labels(mnist, pictures, tmp_path, capsys):
    X, y = mnist.data[:500], mnist.target[:500]
    pipeline = make_pipeline(DigitNormalizer(), NumpyMLPClassifier(max_epochs=2, random_state=0))
    path = save_model(pipeline.fit(X, y), tmp_path / "model.skops")
    expected = pipeline.predict(pictures)
    np.testing.assert_array_equal(load_model(path).predict(pictures), expected)
    names = [str(tmp_path / f"{k}.png") for k in range(3)]
    for picture, name in zip(pictures, names, strict=True):
        picture.save(name)
    show = tmp_path / "seen.png"
    assert main(["predict", str(path), *names, "--show", str(show)]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines] == names
    assert [line[1] for line in lines] == [*map(str, expected)]
    assert Image.open(show).size[0] > 300


def test__find_digits__same_digit_in_any_scale__nearly_same_image(mnist):
    digit = mnist.data[50_001].reshape(28, 28)
    rows = [
        DigitNormalizer().transform([255 * in_the_middle(digit, 2 * height, height)])[0]
        for height in (100, 200, 400)
    ]
    assert np.corrcoef(rows).min() > 0.9


def test__transform__a_single_picture__says_to_pass_a_list(pictures, tmp_path):
    pictures[0].save(tmp_path / "0.png")
    for single in (pictures[0], tmp_path / "0.png", str(tmp_path / "0.png")):
        with pytest.raises(TypeError, match="pass a list of pictures"):
            DigitNormalizer().transform(single)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test__transform__column_of_paths__as_a_list_of_them(library, pictures, tmp_path):
    column = pytest.importorskip(library).Series
    paths = [str(tmp_path / f"{k}.png") for k in range(len(pictures))]
    for path, picture in zip(paths, pictures, strict=True):
        picture.save(path)
    rows = DigitNormalizer().fit_transform(column(paths))
    np.testing.assert_array_equal(rows, DigitNormalizer().fit_transform(paths))


def test__set_output__data_frame__columns_are_pixels(pictures):
    normalizer = DigitNormalizer().set_output(transform="pandas")
    frame = normalizer.fit_transform(pictures)
    assert [frame.columns[0], frame.columns[-1]] == ["pixel_0_0", "pixel_27_27"]
    np.testing.assert_array_equal(frame, DigitNormalizer().fit_transform(pictures))


def test__transform__no_images__clear_error():
    with pytest.raises(ValueError, match="0 sample"):
        DigitNormalizer().transform(np.zeros((0, 28, 28)))
