"""Keras' example."""

import numpy as np

from performance.contestants.contestant import Trained, warm_up


def keras_example(X, y, seed, device):
    """The small CNN of Keras' "Simple MNIST convnet": 15 epochs of Adam, batches of 128."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])

    def images_of(X):
        return X.reshape(-1, 28, 28, 1).astype("float32") / 255

    def predict_proba(X):
        return model.predict(images_of(X), batch_size=512, verbose=0)

    def predict(X):
        return predict_proba(X).argmax(axis=1)

    def train(on_epoch_end, X=X, y=y, n_epochs=15):
        model.fit(
            images_of(X),
            keras.utils.to_categorical(y, 10),
            batch_size=128,
            epochs=n_epochs,
            verbose=0,
            callbacks=[
                keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: on_epoch_end(predict))
            ],
        )
        return Trained(model.count_params(), predict, predict_proba)

    # the compiled functions belong to the model, so the same one is trained and then reset
    start = model.get_weights()
    warm_up(train, X, y)
    model.set_weights(start)
    for variable in model.optimizer.variables:
        if variable is not model.optimizer.learning_rate:
            variable.assign(np.zeros(variable.shape, variable.dtype))
    return train
