"""Test accuracy of the documented recipes on MNIST, over seeds.

    python examples/benchmarks/accuracy.py [--seeds N] [--recipes NAME ...] [--output FILE]

Each fit is added to the results file when it ends, and none is repeated: an interrupted run
goes on where it stopped. The table in ``docs/accuracy.md`` is made from that file, with
``--report`` alone from what is there. The test set is looked at once per fit, after its last
epoch.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

from skmnist import MnistCNNClassifier, fetch_mnist
from skmnist import _environment as environment

ROOT = Path(__file__).resolve().parents[2]

#: Chosen on the last 10,000 training images, with the other 50,000 trained on.
RECIPES = {
    "compact": {
        "architecture": "compact",
        "l2": 1e-4,
        "learning_rate": 0.2,
        "label_smoothing": 0.0,
        "augmentation": "mild",
        "max_epochs": 19,
    },
}


def run(names, n_seeds, path):
    """Fit what is missing, and store each result."""
    results = read(path)
    done = {(result["recipe"], result["seed"]) for result in results}
    train = test = None
    for seed in range(n_seeds):
        for name in names:
            if (name, seed) in done:
                continue
            if train is None:
                train = fetch_mnist(subset="train", return_X_y=True)
                test = fetch_mnist(subset="test", return_X_y=True)
            result = fit(name, seed, train, test)
            results.append(result)
            results.sort(key=lambda r: (list(RECIPES).index(r["recipe"]), r["seed"]))
            write(results, path)
            print(f"{name}, seed {seed}: {result['test_accuracy']:.2%}", flush=True)
    return results


def fit(name, seed, train, test):
    """Fit one recipe with one seed, and test it."""
    X, y = test
    classifier = MnistCNNClassifier(**RECIPES[name], random_state=seed)
    start = time.perf_counter()
    classifier.fit(*train)
    seconds = time.perf_counter() - start
    n_errors = int((classifier.predict(X) != y).sum())
    return {
        "recipe": name,
        "seed": seed,
        "params": RECIPES[name],
        "n_parameters": classifier.count_parameters(),
        "n_epochs": classifier.n_iter_,
        "n_errors": n_errors,
        "test_accuracy": 1 - n_errors / len(y),
        "fit_seconds": round(seconds, 1),
        "versions": environment.versions(),
        "machine": environment.machine(),
    }


def read(path):
    return json.loads(path.read_text()) if path.is_file() else []


def write(results, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(results, indent=1) + "\n")
    temporary.replace(path)


def report(results):
    """Return the document with the table."""
    lines = [
        "# Test accuracy",
        "",
        "Trained on MNIST's 60,000 training images, tested on its 10,000 test images once, after",
        "the last epoch. Mean ± standard deviation over seeds; nothing was chosen on the test",
        "set. Made by `python examples/benchmarks/accuracy.py`. The presets' accuracies are in",
        "[Performance](performance.md).",
        "",
        "| recipe | parameters | epochs | seeds | test accuracy, % | worst | fit, s (median) |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name in RECIPES:
        runs = [result for result in results if result["recipe"] == name]
        if not runs:
            continue
        accuracies = [100 * result["test_accuracy"] for result in runs]
        spread = statistics.stdev(accuracies) if len(runs) > 1 else float("nan")
        seconds = statistics.median(result["fit_seconds"] for result in runs)
        lines.append(
            f"| {name} | {runs[0]['n_parameters']:,} | {runs[0]['n_epochs']} | {len(runs)} "
            f"| {statistics.mean(accuracies):.3f} ± {spread:.3f} | {min(accuracies):.2f} "
            f"| {seconds:.0f} |"
        )
    lines += ["", "The recipes:", ""]
    for name, params in RECIPES.items():
        arguments = ", ".join(f"{key}={value!r}" for key, value in params.items())
        lines.append(f"- {name}: `MnistCNNClassifier({arguments})`")
    machines = sorted({json.dumps(result["machine"]) for result in results})
    versions = sorted({json.dumps(result["versions"]) for result in results})
    for machine, version in zip(machines, versions, strict=False):
        machine, version = json.loads(machine), json.loads(version)
        lines += [
            "",
            f"Measured on {machine['processor']}, {machine['cores']} cores, "
            f"{machine['threads']} threads; "
            + ", ".join(f"{name} {number}" for name, number in version.items())
            + ".",
        ]
    return "\n".join(lines) + "\n"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=list(RECIPES))
    parser.add_argument("--seeds", type=int, default=3, metavar="N")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/results/accuracy.json")
    parser.add_argument("--report", action="store_true", help="only write the document")
    args = parser.parse_args(argv)
    results = read(args.output) if args.report else run(args.recipes, args.seeds, args.output)
    document = args.output.parent.parent / "accuracy.md"
    document.write_text(report(results))


if __name__ == "__main__":
    main()
