import threading
from types import SimpleNamespace

import pytest
import torch

from skmnist._engine import threads
from skmnist._engine.threads import thread_limit


@pytest.fixture(autouse=True)
def two_threads():
    """torch's own number, in this test, whatever the machine has."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def inside(n_threads=None):
    """How many threads a block is told to use, in which torch itself uses one."""
    with thread_limit(n_threads) as told:
        assert torch.get_num_threads() == 1
        return told


def in_a_thread(function, *args):
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*args)))
    thread.start()
    thread.join()
    return results[0]


@pytest.mark.parametrize("n_threads", [1, 3])
def test__thread_limit__number__is_told_to_the_block(n_threads):
    assert inside(n_threads) == n_threads
    assert torch.get_num_threads() == 2


def test__thread_limit__exception__puts_the_number_back():
    with pytest.raises(KeyError), thread_limit(1):
        raise KeyError
    assert torch.get_num_threads() == 2


def test__thread_limit__nested__puts_each_number_back():
    with thread_limit(3):
        assert inside(1) == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test__thread_limit__none_in_the_main_thread__is_the_number_of_torch():
    assert inside(None) == 2


def test__thread_limit__none_in_another_thread__is_one():
    def fit():
        return inside(None), torch.get_num_threads()

    assert in_a_thread(fit) == (1, 2)
    assert torch.get_num_threads() == 2


def test__thread_limit__number_in_another_thread__is_obeyed():
    assert in_a_thread(inside, 3) == 3


def test__thread_limit__none_in_a_daemonic_process__is_one(monkeypatch):
    process = SimpleNamespace(daemon=True)
    monkeypatch.setattr(threads.multiprocessing, "current_process", lambda: process)
    assert inside(None) == 1
    assert torch.get_num_threads() == 2


def test__thread_limit__overlapping_threads__new_ones_start_as_before():
    before = torch.get_num_threads()
    a_is_in, b_is_in, a_is_out = (threading.Event() for _ in range(3))

    def a():
        with thread_limit(3):
            a_is_in.set()
            b_is_in.wait(10)
        a_is_out.set()

    def b():
        a_is_in.wait(10)
        with thread_limit():
            b_is_in.set()
            a_is_out.wait(10)

    threads = [threading.Thread(target=target) for target in (a, b)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = []
    thread = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert seen == [before]


def test__thread_limit__none_nested__is_the_outer_number():
    with thread_limit(3):
        with thread_limit(1):
            assert inside(None) == 1
        assert inside(None) == 3
    assert inside(None) == 2


def test__thread_limit__none_in_a_forked_process__is_one(monkeypatch):
    monkeypatch.setattr(threads, "_is_forked", True)
    assert inside(None) == 1
    assert inside(2) == 2
