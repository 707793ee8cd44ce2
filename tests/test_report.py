"""The page that `write_report` writes."""

import builtins
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

from skmnist import (
    MnistCNNClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
    write_report,
)
from skmnist.report.page import percent
from skmnist.report.statistics import (
    calibration_error,
    mean_interval,
    plausible_calibration_error,
    wilson_interval,
)

HOSTILE = [
    "<script>document.title='broken'</script>",
    '"><img src=x onerror="document.title=\'broken\'">',
    "$\\frac{1}{$ & ]]> {{ 7 * 7 }} %s",
    "a" * 200,
    "ЖΩ語\u202e\u0301",
    "' onmouseover='document.title=1",
]


@pytest.fixture(scope="module")
def split(digits):
    X, y = digits
    return X[:900], X[900:1300], y[:900], y[900:1300]


@pytest.fixture(scope="module")
def clf(split):
    X_train, X_test, y_train, y_test = split
    clf = NumpyMLPClassifier(max_epochs=6, random_state=0)
    return clf.fit(X_train, y_train, X_val=X_test, y_val=y_test)


@pytest.fixture(scope="module")
def search(split):
    X_train, _, y_train, _ = split
    grid = {"l1": [0.0, 1e-4, 1e-3], "l2": [0.0, 1e-3], "dropout": [0.0, 0.2]}
    return GridSearchCV(NumpyMLPClassifier(max_epochs=2, random_state=0), grid, cv=3).fit(
        X_train, y_train
    )


class Page(HTMLParser):
    """What a page shows, and the elements and identifiers that it has."""

    void = {"meta", "link", "img", "br"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.texts, self.tags, self.ids, self.open = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == [], "elements that are not closed"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title"):
            self.texts.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))


def report(estimator, X, y, folder, **options):
    path = write_report(estimator, X, y, folder / "report.html", **options)
    return Page(path.read_text(encoding="utf-8"))


# -- numbers


def test__wilson__is_that_of_the_textbook():
    # 10 of 10 are no certainty, and 8 of 10 as in Wilson's formula by hand
    assert wilson_interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson_interval(0, 0) == (0, 1)


def test__wilson__covers_the_true_share_about_95_times_in_100():
    rng = np.random.default_rng(0)
    hits = rng.binomial(200, 0.97, size=4000)
    covered = [low <= 0.97 <= high for low, high in (wilson_interval(k, 200) for k in hits)]
    assert 0.93 < np.mean(covered) < 0.98


def test__calibration_error__by_hand():
    confidence = np.array([0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False])
    assert calibration_error(confidence, right) == pytest.approx((2 * 0.05 + 2 * 0.05) / 4)


def test__plausible_calibration_error__is_hardly_exceeded_by_chance():
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1, 500)
    limit = plausible_calibration_error(confidence)
    errors = calibration_error(confidence, rng.random((500, 1000)) < confidence[:, None])
    assert 0.97 < (errors <= limit).mean() < 1


def test__mean_interval__one_value__has_no_width():
    mean, half = mean_interval([0.5])
    assert mean == 0.5
    assert np.isnan(half)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.9, "90.0 %"), (0.9967, "99.67 %"), (1, "100.0 %"), (None, "–"), (np.nan, "–")],
)
def test__percent__digits_where_they_matter(share, text):
    assert percent(share) == text


# -- the page


def test__report__headline_and_tables__are_those_of_the_classifier(clf, split, tmp_path):
    X_train, X_test, y_train, y_test = split
    page = report(clf, X_test, y_test, tmp_path, X_train=X_train, y_train=y_train)
    predicted = clf.predict(X_test)
    n_right = int((predicted == y_test).sum())
    low, high = wilson_interval(n_right, 400)
    assert f"{n_right / 4:.2f} %" in page.text
    assert f"95 % interval: {100 * low:.2f} % to {100 * high:.2f} %" in page.text
    assert f"{400 - n_right} in 400 test images" in page.text
    loss = -np.log(clf.predict_proba(X_test)[np.arange(400), y_test]).mean()
    assert f"Cross-entropy {loss:.4f}" in page.text
    mine = y_test == 8
    recall = (predicted[mine] == 8).mean()
    assert f"8 {(y_train == 8).sum()} {mine.sum()} {percent(recall)}" in page.text
    assert f"{clf.count_parameters():,}" in page.text
    assert "NumpyMLPClassifier(max_epochs=6, random_state=0)" in page.text
    assert "max_epochs 6 'auto' random_state 0 None" in page.text
    assert "scikit-learn" in page.text


def test__report__errors__the_largest_losses_first(clf, split, tmp_path):
    _, X_test, _, y_test = split
    page = report(clf, X_test, y_test, tmp_path)
    loss = -np.log(clf.predict_proba(X_test)[np.arange(400), y_test])
    wrong = np.flatnonzero(clf.predict(X_test) != y_test)
    order = wrong[np.argsort(-loss[wrong], kind="stable")][:24]
    shown = [attrs["alt"] for tag, attrs in page.tags if tag == "img"]
    assert shown == [f"Image in row {row}" for row in order]


def test__report__markup__is_sound(clf, search, split, tmp_path):
    X_train, X_test, y_train, y_test = split
    page = report(search, X_test, y_test, tmp_path, X_train=X_train, y_train=y_train)
    assert len(page.ids) == len(set(page.ids))
    names = [tag for tag, _ in page.tags]
    assert names.count("svg") >= 8
    assert "script" not in names
    # nothing is fetched from elsewhere
    for _, attrs in page.tags:
        for name in ("src", "href", "xlink:href"):
            assert attrs.get(name, "#").startswith(("#", "data:"))
    # what is referred to is there
    raw = (tmp_path / "report.html").read_text(encoding="utf-8")
    referred = set(re.findall(r'url\(#([^)]*)\)|href="#([^"]+)"', raw))
    assert {first or second for first, second in referred} <= set(page.ids)


def test__report__again__is_the_same_but_for_the_time(clf, split, tmp_path):
    _, X_test, _, y_test = split
    texts = []
    for number in range(2):
        path = write_report(clf, X_test, y_test, tmp_path / f"{number}.html")
        texts.append(re.sub(r"on \d{4}-.*? UTC", "", path.read_text(encoding="utf-8")))
    assert texts[0] == texts[1]


def test__report__findings__are_shown_with_code_and_advice(clf, split, tmp_path):
    _, X_test, _, y_test = split
    page = report(clf, X_test, y_test, tmp_path)
    assert "SKM002" in page.ids
    assert "SKM007" in page.ids  # the fixture validates on the test images
    assert "What to do: Test on more images" in page.text
    page = report(clf, X_test, y_test, tmp_path, ignore=["SKM002"])
    assert "SKM002" not in page.ids


def test__report__seeds__are_compared(clf, split, tmp_path):
    X_train, X_test, y_train, y_test = split
    other = NumpyMLPClassifier(max_epochs=1, random_state=1).fit(X_train, y_train)
    page = report(clf, X_test, y_test, tmp_path, repeats=[other])
    scores = [clf.score(X_test, y_test), other.score(X_test, y_test)]
    assert f"With 2 seeds the accuracy is {100 * np.mean(scores):.2f} %" in page.text
    assert "SKM014" in page.ids


def test__report__command_and_title__are_shown(clf, split, tmp_path):
    _, X_test, _, y_test = split
    page = report(
        clf, X_test, y_test, tmp_path, title="My <b>title</b>", command="skmnist fit 'a b'"
    )
    assert "My <b>title</b>" in page.text
    assert "skmnist fit 'a b'" in page.text


# -- what may be reported


def test__report__hostile_labels__are_text_and_nothing_else(split, tmp_path):
    X_train, X_test, y_train, y_test = split
    names = np.array(HOSTILE)
    clf = NumpyMLPClassifier(max_epochs=3, random_state=0).fit(X_train, names[y_train % 6])
    page = report(
        clf,
        X_test,
        names[y_test % 6],
        tmp_path,
        X_train=X_train,
        y_train=names[y_train % 6],
        title=HOSTILE[0],
        command=HOSTILE[1],
    )
    names_of_tags = {tag for tag, _ in page.tags}
    assert "script" not in names_of_tags
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    for label in HOSTILE:
        assert re.sub(r"\s+", " ", label) in page.text


def test__report__square_digits__are_two_labels(split, tmp_path):
    X_train, X_test, y_train, y_test = split
    model = TransformedTargetClassifier(
        NumpyMLPClassifier(max_epochs=3, random_state=0), SquareDigitTransformer()
    ).fit(X_train, y_train)
    page = report(model, X_test, y_test, tmp_path, X_train=X_train, y_train=y_train)
    assert f"{100 * model.score(X_test, y_test):.2f} %" in page.text
    assert "Labels" in page.text


def test__report__square_digits_behind_a_step__are_two_labels(split, tmp_path):
    X_train, X_test, y_train, y_test = split
    target = TransformedTargetClassifier(
        NumpyMLPClassifier(max_epochs=3, random_state=0), SquareDigitTransformer()
    )
    model = make_pipeline(MinMaxScaler(), target).fit(X_train, y_train)
    page = report(model, X_test, y_test, tmp_path, X_train=X_train, y_train=y_train)
    assert f"{100 * model.score(X_test, y_test):.2f} %" in page.text
    assert "SKM003" not in page.ids


def test__report__pipeline__of_scaled_images(split, tmp_path):
    X_train, X_test, y_train, y_test = split
    model = make_pipeline(MinMaxScaler(), NumpyMLPClassifier(max_epochs=3, random_state=0))
    page = report(model.fit(X_train, y_train), X_test, y_test, tmp_path)
    assert "Loss per epoch" in page.text
    assert "Pipeline(steps=" in page.text
    # the classifier has seen other pixels than those of the test images, and rightly so
    assert "SKM008" not in page.ids


def test__report__pipeline_that_makes_no_images__shows_those_given(split, tmp_path):
    X_train, X_test, y_train, y_test = split
    model = make_pipeline(
        PCA(20, random_state=0), NumpyMLPClassifier(max_epochs=3, random_state=0)
    )
    page = report(model.fit(X_train, y_train), X_test, y_test, tmp_path)
    assert any(tag == "img" for tag, _ in page.tags)


def test__report__classifier_of_scikit_learn__without_probabilities(split, tmp_path):
    X_train, X_test, y_train, y_test = split
    page = report(SVC(C=0.1).fit(X_train, y_train), X_test, y_test, tmp_path)
    assert "Cross-entropy" not in page.text
    assert "the classifier has no predict_proba" in page.text
    assert "C 0.1 1.0" in page.text


def test__report__no_errors__says_so(split, tmp_path):
    X_train, _, y_train, _ = split
    clf = SVC().fit(X_train, y_train)
    right = clf.predict(X_train) == y_train
    page = report(clf, X_train[right], y_train[right], tmp_path)
    assert "There are none." in page.text


def test__report__images_of_three_dimensions_and_a_label_that_is_not_known(split, tmp_path):
    X_train, X_test, y_train, y_test = split
    known = y_train < 8
    clf = NumpyMLPClassifier(max_epochs=3, random_state=0)
    clf.fit(X_train[known].reshape(-1, 8, 8), y_train[known])
    page = report(clf, X_test.reshape(-1, 8, 8), y_test, tmp_path)
    assert "SKM003" in page.ids


def test__report__cnn__shows_its_layers(small, tmp_path):
    X, y = small
    clf = MnistCNNClassifier(max_epochs=1, random_state=0, n_threads=1).fit(X[:300], y[:300])
    page = report(clf, X[300:], y[300:], tmp_path)
    assert "Conv2d-1" in page.text


# -- searches


def test__report__search__its_candidates_and_the_best_estimator(search, split, tmp_path):
    _, X_test, _, y_test = split
    page = report(search, X_test, y_test, tmp_path)
    assert "GridSearchCV: 12 candidates, 3 splits each" in page.text
    best = search.best_score_
    assert f"1 {search.best_params_['dropout']:g} {search.best_params_['l1']:g}" in page.text
    assert f"{100 * best:.2f} % ± {100 * search.cv_results_['std_test_score'].max():.2f}"[:6] in (
        page.text
    )
    assert {"l2 = 0", "l2 = 0.001"} <= {text.strip() for text in page.texts}
    assert f"{100 * search.score(X_test, y_test):.2f} %" in page.text


def test__report__search_without_refit__the_candidates_only(split, tmp_path):
    X_train, X_test, y_train, y_test = split
    search = HalvingGridSearchCV(
        NumpyMLPClassifier(random_state=0),
        {"l1": [0.0, 1e-3, 1e-2]},
        resource="max_epochs",
        min_resources=1,
        max_resources=3,
        cv=2,
        refit=False,
        random_state=0,
    ).fit(X_train, y_train)
    page = report(search, None, None, tmp_path)
    assert "candidates" in page.text
    assert "Accuracy" not in page.text
    assert "SKM002 Few test images: pass X and y" in page.text
    with pytest.raises(ValueError, match="no best_estimator_"):
        report(search, X_test, y_test, tmp_path)


def test__report__search_over_a_distribution__scores_along_each_parameter(split, tmp_path):
    X_train, _, y_train, _ = split
    rng = np.random.default_rng(0)
    search = RandomizedSearchCV(
        NumpyMLPClassifier(max_epochs=1, random_state=0),
        {"l1": list(10 ** rng.uniform(-6, -3, 30)), "l2": list(rng.uniform(0, 1e-3, 30))},
        n_iter=10,
        cv=2,
        refit=False,
        random_state=0,
    ).fit(X_train, y_train)
    page = report(search, None, None, tmp_path)
    assert "Score along l1" in page.text
    assert "Score along l2" in page.text


def test__report__several_metrics__raises(split, tmp_path):
    X_train, _, y_train, _ = split
    search = GridSearchCV(
        NumpyMLPClassifier(max_epochs=1), {}, scoring=["accuracy", "f1_macro"], refit=False, cv=2
    ).fit(X_train, y_train)
    with pytest.raises(ValueError, match="several metrics"):
        report(search, None, None, tmp_path)


# -- errors


def test__report__data_that_do_not_fit__raises_and_leaves_an_older_page(clf, split, tmp_path):
    _, X_test, _, y_test = split
    path = tmp_path / "report.html"
    path.write_text("older")
    with pytest.raises(ValueError, match="Pass X_train and y_train together"):
        write_report(clf, X_test, y_test, path, X_train=X_test)
    with pytest.raises(ValueError, match="a label for each"):
        write_report(clf, X_test, y_test[:5], path)
    with pytest.raises(ValueError, match="X holds no images"):
        write_report(clf, X_test[:0], y_test[:0], path)
    with pytest.raises(ValueError, match="Pass X and y"):
        write_report(clf, None, None, path)
    assert path.read_text() == "older"


def test__report__without_jinja2__says_what_to_install(clf, split, tmp_path, monkeypatch):
    _, X_test, _, y_test = split
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "jinja2":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install .skmnist\[report\]"):
        write_report(clf, X_test, y_test, tmp_path / "report.html")


# -- in a browser


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["classifier", "search", "hostile"])
def test__report__in_a_browser__is_sound_at_any_width(kind, clf, search, split, tmp_path, browser):
    X_train, X_test, y_train, y_test = split
    estimator = {"classifier": clf, "search": search}.get(kind)
    if kind == "hostile":
        names = np.array(HOSTILE)
        y_train, y_test = names[y_train % 6], names[y_test % 6]
        estimator = NumpyMLPClassifier(max_epochs=3, random_state=0).fit(X_train, y_train)
    path = write_report(
        estimator, X_test, y_test, tmp_path / "report.html", X_train=X_train, y_train=y_train
    )
    for width, dark in ((390, False), (390, True), (820, False), (1280, False)):
        browser.open(path, width=width, height=844, dark=dark, touch=width == 390)
        assert browser.problems() == []
        assert browser.outside_requests() == []
        assert not browser.scrolls_sideways()
        assert "broken" not in browser.driver.title
        # every picture is one
        assert browser.script(
            "return [...document.images].every(image => image.complete && image.naturalWidth > 0)"
        )
        # figures are as wide as the window lets them be, and not empty
        assert browser.script(
            "return [...document.querySelectorAll('figure svg')].every("
            "svg => svg.getBoundingClientRect().width > 200 && svg.getBBox().width > 50)"
        )
    text = browser.text("main")
    assert "Accuracy" in text
    assert "Repeat it" in text
