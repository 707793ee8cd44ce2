"""
Is it a square?
===============

Is the digit a square number? Tune a classifier for this target, while y holds the digits.
"""

from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV, train_test_split

from skmnist import (
    MnistCNNClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
    transformed_target_scorer,
)

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

squares = SquareDigitTransformer()  # 1 for 0, 1, 4 and 9
cnn = MnistCNNClassifier.from_preset("quick", random_state=0)

# folds are stratified by digit, because the search sees the digits only
roc_auc = transformed_target_scorer(squares, "roc_auc")
search = GridSearchCV(
    TransformedTargetClassifier(cnn, squares),
    {"classifier__l1": [0.0, 1e-4], "classifier__dropout": [0.0, 0.2]},
    scoring=roc_auc,
    cv=3,
    n_jobs=2,
).fit(X_train, y_train)
print(f"ROC AUC in cross-validation: {search.best_score_:.4f} with {search.best_params_}")
print(f"ROC AUC on test images: {roc_auc(search.best_estimator_, X_test, y_test):.4f}")

# squares and other digits count the same: move the threshold for balanced accuracy
best = search.best_estimator_.classifier_
tuned = TransformedTargetClassifier(
    TunedThresholdClassifierCV(best, scoring="balanced_accuracy", cv=3, random_state=0), squares
).fit(X_train, y_train)
print(f"accuracy on test images: {tuned.score(X_test, y_test):.2%}")
print(f"threshold for balanced accuracy: {tuned.classifier_.best_threshold_:.2f}")
