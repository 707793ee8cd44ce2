"""Filters of warnings, while several threads change them."""

import threading
import warnings

from skmnist._warnings import own_filters


def test__own_filters__blocks_of_two_threads__are_put_back():
    before = list(warnings.filters)
    first_is_in, second_is_in, first_is_out = (threading.Event() for _ in range(3))

    def first():
        with own_filters():
            warnings.simplefilter("ignore")
            first_is_in.set()
            second_is_in.wait(0.5)  # in vain, since the other has to wait
        first_is_out.set()

    def second():
        first_is_in.wait(5)
        with own_filters():
            second_is_in.set()
            warnings.simplefilter("error")
            first_is_out.wait(5)

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before
