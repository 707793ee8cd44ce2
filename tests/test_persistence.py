import io
import os
import pickle
import sys
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import skops.io
import torch
from numpy.testing import assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skmnist import (
    MnistCNNClassifier,
    MnistMLPClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
)
from skmnist.augmentation import RandomAffine
from skmnist.callbacks import BackupAndRestore, ProgressBar
from skmnist.persistence import load_model, save_model


@pytest.fixture(scope="module")
def few_digits(digits):
    X, y = digits
    return X[:200], y[:200]


def classifier(**params):
    return MnistCNNClassifier(
        max_epochs=1, learning_rate_schedule="constant", random_state=0, **params
    )


@pytest.fixture(scope="module")
def fitted(few_digits):
    return classifier().fit(*few_digits)


@pytest.fixture
def saved(fitted, tmp_path):
    return save_model(fitted, tmp_path / "digits.skops")


class Tripwire:
    """An object that leaves a file behind when it is rebuilt through ``__reduce__``."""

    def __init__(self, path):
        self.path = path
        Path(path).touch()

    def __reduce__(self):
        return Tripwire, (self.path,)


TRIPWIRE = f"{Tripwire.__module__}.Tripwire"


def test__save_and_load__classifier__predicts_the_same_bits(fitted, saved, few_digits):
    loaded = load_model(saved)
    X, _ = few_digits
    assert loaded is not fitted
    np.testing.assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))
    assert loaded.history_ == fitted.history_
    assert loaded.get_params() == fitted.get_params()


@pytest.mark.parametrize(
    "labels", [np.array(["seven", "one"]), np.array([False, True]), np.array([3, -1])]
)
def test__save_and_load__labels_of_any_type__are_kept(few_digits, tmp_path, labels):
    X, y = few_digits
    fitted = classifier(augmentation="mild").fit(X, labels[y % 2])
    loaded = load_model(save_model(fitted, tmp_path / "digits.skops"))
    predicted = loaded.predict(X)
    assert predicted.dtype == labels.dtype
    np.testing.assert_array_equal(predicted, fitted.predict(X))
    np.testing.assert_array_equal(loaded.decision_function(X), fitted.decision_function(X))


def test__save_and_load__augmentation_as_object__is_kept(few_digits, tmp_path):
    augmentation = RandomAffine(rotation=5, scale=0, shift=0.1, shear=0)
    fitted = classifier(augmentation=augmentation).fit(*few_digits)
    loaded = load_model(save_model(fitted, tmp_path / "digits.skops"))
    assert loaded.augmentation == augmentation


def test__save_and_load__pipeline__predicts_the_same_bits(few_digits, tmp_path):
    X, y = few_digits
    fitted = make_pipeline(StandardScaler(), classifier(architecture="compact")).fit(X, y)
    loaded = load_model(str(save_model(fitted, str(tmp_path / "digits.skops"))))
    np.testing.assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"optimizer": "momentum", "learning_rate": 0.01, "dropout": 0.2},
        {"optimizer": "sgd", "loss": "squared_error", "dtype": "float64", "shift": 0.1},
    ],
    ids=str,
)
def test__save_and_load__numpy_network__goes_on_to_the_same_bits(few_digits, tmp_path, params):
    fitted = NumpyMLPClassifier(max_epochs=2, random_state=0, **params).fit(*few_digits)
    loaded = load_model(save_model(fitted, tmp_path / "digits.skops"))
    X, _ = few_digits
    np.testing.assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))
    fitted.partial_fit(*few_digits)
    loaded.partial_fit(*few_digits)
    np.testing.assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))


def test__save_and_load__callbacks_of_this_package__need_no_trust(few_digits, tmp_path):
    callbacks = [ProgressBar(file=io.StringIO()), BackupAndRestore(str(tmp_path / "fit.pt"))]
    fitted = classifier(callbacks=callbacks).fit(*few_digits)
    fitted.set_params(callbacks=[ProgressBar(), callbacks[1]])
    loaded = load_model(save_model(fitted, tmp_path / "digits.skops"))
    assert [type(callback) for callback in loaded.callbacks] == [ProgressBar, BackupAndRestore]


def test__save_model__path__is_returned_and_the_only_file(tmp_path, fitted):
    path = save_model(fitted, str(tmp_path / "digits.skops"))
    assert path == tmp_path / "digits.skops"
    assert list(tmp_path.iterdir()) == [path]


def test__save_model__older_file__is_replaced(saved, fitted, few_digits):
    other = classifier(architecture="compact").fit(*few_digits)
    save_model(other, saved)
    assert load_model(saved).architecture == "compact"


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test__save_model__interrupted__leaves_the_older_file_alone(saved, fitted, monkeypatch, error):
    before = saved.read_bytes()

    def dump_half(estimator, file):
        file.write(before[: len(before) // 2])
        raise error

    monkeypatch.setattr(skops.io, "dump", dump_half)
    with pytest.raises(error):
        save_model(fitted, saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test__save_model__no_such_folder__raises(fitted, tmp_path):
    with pytest.raises(FileNotFoundError):
        save_model(fitted, tmp_path / "none" / "digits.skops")


@pytest.mark.skipif(os.name != "posix", reason="umask is of POSIX systems")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test__save_model__permissions__follow_the_umask(fitted, tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        path = save_model(fitted, tmp_path / "digits.skops")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode


# -- what is not loaded


def damage(kind, content):
    if kind == "cut off":
        return content[: len(content) // 2]
    if kind == "changed":
        middle = len(content) // 2
        return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    if kind == "other archive":
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("README", "not a model")
        return archive.getvalue()
    return {"empty": b"", "text": b"not a model"}[kind]


@pytest.mark.parametrize("kind", ["cut off", "changed", "other archive", "empty", "text"])
def test__load_model__damaged_file__says_so(saved, kind):
    saved.write_bytes(damage(kind, saved.read_bytes()))
    with pytest.raises(ValueError, match=r"digits.skops is not a saved model, or is damaged"):
        load_model(saved)


def test__load_model__no_such_file__raises(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none.skops"):
        load_model(tmp_path / "none.skops")


def test__load_model__untrusted_type__is_named_and_not_run(tmp_path):
    trace = tmp_path / "trace"
    estimator = FunctionTransformer(kw_args={"tripwire": Tripwire(str(trace))})
    path = save_model(estimator, tmp_path / "digits.skops")
    trace.unlink()
    with pytest.raises(ValueError, match=r"not trusted: \S*\.Tripwire\. .*trusted="):
        load_model(path)
    assert not trace.exists()


def test__load_model__type_trusted_by_the_caller__is_loaded(tmp_path):
    trace = tmp_path / "trace"
    estimator = FunctionTransformer(kw_args={"tripwire": Tripwire(str(trace))})
    path = save_model(estimator, tmp_path / "digits.skops")
    trace.unlink()
    loaded = load_model(path, trusted=iter([TRIPWIRE]))
    assert loaded.kw_args["tripwire"].path == str(trace)
    assert trace.exists()


@pytest.mark.parametrize("params", [{"architecture": os.system}, {"optimizer": os.system}])
def test__load_model__function_as_parameter__is_named(tmp_path, params):
    path = save_model(classifier(**params), tmp_path / "digits.skops")
    with pytest.raises(ValueError, match=rf"not trusted: {os.system.__module__}\.system\."):
        load_model(path)


def test__load_model__one_type_of_two_trusted__names_the_other(tmp_path):
    estimator = FunctionTransformer(os.system, kw_args={"t": Tripwire(str(tmp_path / "trace"))})
    path = save_model(estimator, tmp_path / "digits.skops")
    with pytest.raises(ValueError, match=rf"not trusted: {os.system.__module__}\.system\. "):
        load_model(path, trusted=[TRIPWIRE])


def test__load_model__pickle__is_not_run(tmp_path):
    trace, path = tmp_path / "trace", tmp_path / "digits.skops"
    path.write_bytes(pickle.dumps(Tripwire(str(trace))))
    trace.unlink()
    with pytest.raises(ValueError, match="is not a saved model"):
        load_model(path)
    assert not trace.exists()
    pickle.loads(path.read_bytes())
    assert trace.exists()


def test__load_model__search_and_calibration__need_no_trust(digits, tmp_path):
    X, y = digits
    clf = MnistCNNClassifier(max_epochs=1, random_state=0, n_threads=1, optimizer=torch.optim.SGD)
    for model in (
        GridSearchCV(clf, {"l1": [0.0, 1e-5]}, cv=2),
        CalibratedClassifierCV(clf, cv=2),
        TransformedTargetClassifier(clf, SquareDigitTransformer()),
    ):
        model.fit(X[:200], y[:200])
        loaded = load_model(save_model(model, tmp_path / "model.skops"))
        assert_array_equal(loaded.predict_proba(X[:50]), model.predict_proba(X[:50]))


def test__save_model__function_without_a_name__clear_error_and_no_file(digits, tmp_path):
    clf = MnistCNNClassifier(augmentation=lambda images, generator: images, max_epochs=1)
    clf.fit(digits[0][:50], digits[1][:50])
    with pytest.raises(ValueError, match="cannot be loaded again"):
        save_model(clf, tmp_path / "model.skops")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("schema", [b"[]", b"{}", b"{", b'{"__loader__": "ObjectNode"}'])
def test__load_model__made_up_schema__value_error(schema, tmp_path):
    with zipfile.ZipFile(tmp_path / "model.skops", "w") as file:
        file.writestr("schema.json", schema)
    with pytest.raises(ValueError, match="not a saved model"):
        load_model(tmp_path / "model.skops")


def test__save_model__class_of_a_function__clear_error_and_no_file(few_digits, tmp_path):
    class Local(ProgressBar):
        pass

    with pytest.raises(ValueError, match=r"test_persistence\.Local, which cannot be loaded again"):
        save_model(classifier(callbacks=[Local()]), tmp_path / "model.skops")
    assert list(tmp_path.iterdir()) == []


def test__save_model__class_of_the_script__warns(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "Mine", Mine, raising=False)
    monkeypatch.setattr(Mine, "__module__", "__main__")
    with pytest.warns(UserWarning, match=r"holds __main__\.Mine, .* put the definition into a mo"):
        save_model(classifier(callbacks=[Mine()]), tmp_path / "model.skops")


class Mine(ProgressBar):
    pass


def test__save_model__what_the_format_cannot_hold__value_error_and_no_file(tmp_path):
    estimator = FunctionTransformer(kw_args={"stream": (i for i in range(3))})
    with pytest.raises(ValueError, match="The model cannot be saved"):
        save_model(estimator, tmp_path / "model.skops")
    assert list(tmp_path.iterdir()) == []


def test__save_and_load__partial_of_an_optimiser__needs_no_trust(few_digits, tmp_path):
    optimizer = partial(torch.optim.SGD, momentum=0.5)
    clf = MnistMLPClassifier(hidden_layer_sizes=(4,), max_epochs=1, optimizer=optimizer)
    loaded = load_model(save_model(clf.fit(*few_digits), tmp_path / "model.skops"))
    assert repr(loaded.optimizer) == repr(optimizer)


def test__load_model__partial_of_something_else__is_named(tmp_path):
    path = save_model(FunctionTransformer(partial(os.getenv, "HOME")), tmp_path / "model.skops")
    with pytest.raises(ValueError, match=r"not trusted: os\.getenv\. If you"):
        load_model(path)
