"""A loop of one's own in torch."""

from performance.contestants.contestant import Trained, warm_up
from performance.contestants.recipe import recipe_of


def hand_written(X, y, seed, device, *, preset):
    """The preset's network and recipe, in the shortest and fastest loop that we can write."""
    import torch
    from torch.nn import functional as F

    from skmnist._engine.memory import keep_freed_memory

    keep_freed_memory()  # so that what is compared is the cost of the estimator's machinery
    recipe = recipe_of(preset, len(X))
    bfloat16 = "cuda" in device or torch.cpu.get_capabilities().get("avx512_bf16", False)
    mean, scale = 33.3184, 78.5675  # of MNIST's training pixels, as everyone knows

    def standardized(pixels):
        images = pixels.float().view(-1, 1, 28, 28).sub_(mean).mul_(1 / scale)
        return images.to(memory_format=torch.channels_last)

    def train(on_epoch_end, X=X, y=y, n_epochs=recipe.n_epochs):
        torch.manual_seed(seed)
        generator = torch.Generator(device).manual_seed(seed)
        X, y = torch.as_tensor(X, device=device), torch.as_tensor(y, device=device)
        network = recipe.network().to(device, memory_format=torch.channels_last)
        weights = [p for p in network.parameters() if p.ndim > 1]
        others = [p for p in network.parameters() if p.ndim == 1]
        optimizer = recipe.optimizer_for(network)(
            [{"params": weights, "weight_decay": recipe.l2}, {"params": others}],
            lr=recipe.learning_rate,
        )
        n_steps = -(-len(X) // recipe.batch_size)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            recipe.learning_rate,
            total_steps=n_epochs * n_steps,
            pct_start=0.25,
            cycle_momentum=False,
        )

        def predict_logits(X):
            network.eval()
            with torch.inference_mode():
                parts = torch.as_tensor(X).split(512)
                return torch.cat([network(standardized(rows.to(device))) for rows in parts])

        def predict(X):
            return predict_logits(X).argmax(1).numpy(force=True)

        def predict_proba(X):
            return predict_logits(X).softmax(1).numpy(force=True)

        for _ in range(n_epochs):
            network.train()
            for rows in torch.randperm(len(X), device=device).split(recipe.batch_size):
                pixels = X.index_select(0, rows)
                if recipe.augment is not None:
                    pixels = recipe.augment(pixels.float().view(-1, 1, 28, 28), generator)
                with torch.autocast(pixels.device.type, torch.bfloat16, enabled=bfloat16):
                    logits = network(standardized(pixels))
                loss = F.cross_entropy(
                    logits.float(), y[rows], label_smoothing=recipe.label_smoothing
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
            on_epoch_end(predict)
        return Trained(sum(p.numel() for p in network.parameters()), predict, predict_proba)

    warm_up(train, X, y)
    return train
