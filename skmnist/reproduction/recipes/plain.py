"""What the torch classifiers do by themselves, switched off: published networks had none of it."""

#: Parameters of a faithful recipe, unless the publication states others.
PLAIN = {
    "l2": 0.0,
    "label_smoothing": 0.0,
    "scaling": "max_abs",
    "augmentation": None,
    "test_time_augmentation": 0,
    "batch_parts": 1,
    "precision": "float32",
    "learning_rate_schedule": "constant",
}
