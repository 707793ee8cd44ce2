"""Explanations of predictions by SHAP and captum."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from skmnist import MnistCNNClassifier, MnistMLPClassifier
from skmnist.networks import ARCHITECTURES

NETWORKS = [*ARCHITECTURES, "mlp"]

pytestmark = [
    # SHAP knows layers by the names of their classes; ours that it does not know change nothing
    pytest.mark.filterwarnings("ignore:unrecognized nn.Module:UserWarning"),
    # SHAP's own
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning"),
]


@pytest.fixture(scope="module", params=NETWORKS)
def fitted(request, digits):
    """A classifier with dropout, images to compare with, and images to explain."""
    X, y = digits
    params = {"dropout": 0.1, "max_epochs": 2, "random_state": 0, "n_threads": 1}
    if request.param == "mlp":
        clf = MnistMLPClassifier(**params)
    else:
        clf = MnistCNNClassifier(architecture=request.param, **params)
    clf.fit(X[:300], y[:300])
    images = (X.reshape(-1, 1, 8, 8) - clf.mean_) / clf.scale_
    images = torch.tensor(images, dtype=torch.float32)
    return clf, X, images


@pytest.fixture
def network(fitted):
    return fitted[0].module_.eval()


@pytest.mark.tool("SHAP", "`DeepExplainer` on every network")
def test__shap_deep_explainer__values_add_up_to_the_logits(fitted, network):
    shap = pytest.importorskip("shap", reason='needs pip install "skmnist[explain]"')
    clf, X, images = fitted
    explainer = shap.DeepExplainer(network, images[:20])
    values = explainer.shap_values(images[300:303])
    assert values.shape == (3, 1, 8, 8, 10)
    # the network's own logits are not yet divided by the temperature
    logits, expected = (
        clf.decision_function(rows) * clf.temperature_ for rows in (X[300:303], X[:20])
    )
    assert_allclose(
        values.sum(axis=(1, 2, 3)), logits - expected.mean(axis=0), atol=1e-4 * np.ptp(logits)
    )


@pytest.mark.tool("captum", "`IntegratedGradients` on every network")
def test__captum_integrated_gradients__adds_up_to_the_logit(fitted, network):
    attr = pytest.importorskip("captum.attr", reason='needs pip install "skmnist[explain]"')
    clf, X, images = fitted
    blank = torch.full_like(images[:1], images.min())
    values = attr.IntegratedGradients(network).attribute(
        images[300:303], baselines=blank, target=3, n_steps=200
    )
    rows = np.concatenate([X[300:303], np.zeros((1, 64), np.uint8)])
    logits = clf.decision_function(rows) * clf.temperature_
    expected = logits[:3, 3] - logits[3, 3]
    assert_allclose(values.sum(dim=(1, 2, 3)).numpy(), expected, atol=0.02 * np.ptp(logits))


# it says itself that it puts hooks on layers, and that it asks images for their gradient
@pytest.mark.filterwarnings("ignore:(Setting forward|Input Tensor 0 did not):UserWarning")
@pytest.mark.tool("captum", "`DeepLift` on every network")
def test__captum_deep_lift__adds_up_to_the_logit(fitted, network):
    attr = pytest.importorskip("captum.attr", reason='needs pip install "skmnist[explain]"')
    _, _, images = fitted
    blank = torch.full_like(images[:1], images.min())
    values = attr.DeepLift(network).attribute(images[300:303], baselines=blank, target=3)
    with torch.no_grad():
        logits = network(torch.cat([images[300:303], blank])).numpy()
    # its rule for max pooling is an approximation where several pixels change
    expected = logits[:3, 3] - logits[3, 3]
    values = values.detach().sum(dim=(1, 2, 3)).numpy()
    assert_allclose(values, expected, atol=0.05 * np.ptp(logits))


def test__shap_of_a_binary_problem__values_add_up_to_the_logit(digits):
    shap = pytest.importorskip("shap", reason='needs pip install "skmnist[explain]"')
    X, y = digits
    clf = MnistCNNClassifier(max_epochs=2, random_state=0).fit(X[:300], y[:300] % 2)
    images = torch.tensor((X.reshape(-1, 1, 8, 8) - clf.mean_) / clf.scale_, dtype=torch.float32)
    values = shap.DeepExplainer(clf.module_.eval(), images[:20]).shap_values(images[300:303])
    expected = clf.decision_function(X[300:303]) - clf.decision_function(X[:20]).mean()
    expected = expected * clf.temperature_
    assert_allclose(values.sum(axis=(1, 2, 3))[:, 0], expected, atol=1e-4)
