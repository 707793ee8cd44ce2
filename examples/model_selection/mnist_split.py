"""
MNIST's own split
=================

Choose parameters on training images, and report the accuracy on the 10,000 test images.

Needs MNIST, which is downloaded when it is first used.
"""

from sklearn.model_selection import GridSearchCV, PredefinedSplit, cross_validate

from skmnist import MnistCNNClassifier, fetch_mnist, mnist_split

X, y = fetch_mnist(return_X_y=True)  # the training images first, then the test images
clf = MnistCNNClassifier.from_preset("quick", random_state=0)

# to choose: the last 10,000 training images take the place of the test images
X_train, y_train = X[:60_000], y[:60_000]
held_out = PredefinedSplit([-1] * 50_000 + [0] * 10_000)
search = GridSearchCV(clf, {"l2": [5e-4, 5e-3]}, cv=held_out, refit=False).fit(X_train, y_train)
for params, score in zip(
    search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
):
    print(f"{score:.2%} of 10,000 held-out training images with {params}")

# to report: the official split, used once, with the parameters that were chosen
clf.set_params(**search.best_params_)
results = cross_validate(clf, X, y, cv=mnist_split())
print(f"{results['test_score'][0]:.2%} of the 10,000 test images, with {search.best_params_}")
