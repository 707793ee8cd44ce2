"""PyTorch's example."""

import numpy as np

from performance.contestants.contestant import Trained, warm_up


def torch_example(X, y, seed, device):
    """The CNN of PyTorch's MNIST example: 14 epochs of Adadelta, batches of 64.

    The images come from a ``TensorDataset`` in memory, which is faster than the example's files.
    """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    def images_of(X):
        return torch.as_tensor(((X.reshape(-1, 1, 28, 28) / np.float32(255)) - 0.1307) / 0.3081)

    def train(on_epoch_end, X=X, y=y, n_epochs=14):
        torch.manual_seed(seed)
        network = nn.Sequential(
            nn.Conv2d(1, 32, 3),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(0.25),
            nn.Flatten(),
            nn.Linear(9216, 128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, 10),
        ).to(device)
        optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
        data = TensorDataset(images_of(X), torch.as_tensor(y))
        loader = DataLoader(data, batch_size=64, shuffle=True)

        def predict_logits(X):
            network.eval()
            with torch.no_grad():
                parts = images_of(X).split(1000)
                return torch.cat([network(part.to(device)).cpu() for part in parts])

        def predict(X):
            return predict_logits(X).argmax(1).numpy()

        def predict_proba(X):
            return predict_logits(X).softmax(1).numpy()

        for _ in range(n_epochs):
            network.train()
            for images, target in loader:
                images, target = images.to(device), target.to(device)
                optimizer.zero_grad()
                nn.functional.cross_entropy(network(images), target).backward()
                optimizer.step()
            schedule.step()
            on_epoch_end(predict)
        return Trained(sum(p.numel() for p in network.parameters()), predict, predict_proba)

    warm_up(train, X, y)
    return train
