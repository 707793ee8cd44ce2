"""Plain skorch."""

import numpy as np

from performance.contestants.contestant import Trained, warm_up
from performance.contestants.recipe import recipe_of


def plain_skorch(X, y, seed, device, *, preset):
    """The preset's network and optimiser in skorch as its documentation shows; no augmentation."""
    import torch
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback, LRScheduler

    recipe = recipe_of(preset, len(X))

    def train(on_epoch_end, X=X, y=y, n_epochs=recipe.n_epochs):
        def images_of(X):
            return ((X.reshape(-1, 1, 28, 28).astype(np.float32) / 255) - 0.1307) / 0.3081

        class OnEpochEnd(Callback):
            def on_epoch_end(self, net, **kwargs):
                on_epoch_end(lambda X: net.predict(images_of(X)))

        torch.manual_seed(seed)
        schedule = LRScheduler(
            torch.optim.lr_scheduler.OneCycleLR,
            max_lr=recipe.learning_rate,
            total_steps=n_epochs * -(-len(X) // recipe.batch_size),
            pct_start=0.25,
            cycle_momentum=False,
            step_every="batch",
        )
        network = recipe.network()
        net = NeuralNetClassifier(
            network,
            criterion=torch.nn.CrossEntropyLoss,
            criterion__label_smoothing=recipe.label_smoothing,
            optimizer=recipe.optimizer_for(network),
            optimizer__weight_decay=recipe.l2,
            lr=recipe.learning_rate,
            max_epochs=n_epochs,
            batch_size=recipe.batch_size,
            iterator_train__shuffle=True,
            train_split=None,
            callbacks=[schedule, OnEpochEnd()],
            device=device,
            verbose=0,
        )
        net.fit(images_of(X), y.astype(np.int64))
        return Trained(
            sum(p.numel() for p in net.module_.parameters()),
            lambda X: net.predict(images_of(X)),
            lambda X: net.predict_proba(images_of(X)),
        )

    warm_up(train, X, y)
    return train
