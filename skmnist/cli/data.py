"""``skmnist data``: fetch, verify or find MNIST's files."""


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "data",
        parents=parents,
        help="fetch, verify or find MNIST",
        description="Look after the four files of MNIST.",
    )
    actions = parser.add_subparsers(title="actions", dest="action", required=True)
    for function, text in (
        (fetch, "download what is missing"),
        (verify, "check the files that are here against their checksums"),
        (where, "show the folders that are searched, in order"),
    ):
        action = actions.add_parser(function.__name__, parents=parents, help=text)
        action.add_argument(
            "--data-home", metavar="FOLDER", help="folder to look in first (default: none)"
        )
        action.set_defaults(
            run=lambda args, function=function: function(args.data_home),
            leaves_nothing=function is not fetch,
        )


def fetch(data_home=None):
    """Download what is missing of MNIST, and say where the files are."""
    from skmnist.datasets import fetch_mnist

    fetch_mnist(data_home=data_home)
    verify(data_home)


def verify(data_home=None):
    """Check every file of MNIST, and say where it is."""
    from skmnist.datasets import verify_mnist

    for name, path in verify_mnist(data_home).items():
        print(f"{name}: good, {path}")


def where(data_home=None):
    """Show the folders in which MNIST is looked for; downloads go to the first."""
    from skmnist.datasets import mnist_search_path

    for folder in mnist_search_path(data_home):
        print(folder)
