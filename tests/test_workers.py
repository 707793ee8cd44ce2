"""Threads that share out tasks."""

import threading
import time

import pytest
import torch

from skmnist._engine.workers import Workers


def meeting(n_threads, function=threading.current_thread):
    """Tasks that wait for each other, so that each needs a thread of its own."""
    barrier = threading.Barrier(n_threads, timeout=60)

    def task():
        barrier.wait()
        return function()

    return [task] * n_threads


@pytest.mark.parametrize("n_threads", [1, 2, 5])
def test__run__any_number_of_threads__results_in_the_order_of_the_tasks(n_threads):
    with Workers(n_threads) as workers:
        for n_tasks in (0, 1, 3, 20):
            tasks = [lambda index=index: index for index in range(n_tasks)]
            assert workers.run(tasks) == list(range(n_tasks))


def test__run__as_many_tasks_as_threads__each_in_one_of_its_own():
    with Workers(3) as workers:
        used = set(workers.run(meeting(3)))
    assert len(used) == 3
    assert threading.current_thread() in used


def test__run__each_thread__operations_of_one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with Workers(3) as workers:
            assert workers.run(meeting(3, torch.get_num_threads)) == [1, 1, 1]
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("in_the_caller", [True, False])
def test__run__error_in_any_thread__is_raised_once_all_have_ended(error, in_the_caller):
    caller, ended = threading.current_thread(), []

    def fail_or_not():
        if (threading.current_thread() is caller) == in_the_caller:
            raise error("of a test")
        ended.append(True)

    n_before = threading.active_count()
    with Workers(2) as workers:
        with pytest.raises(error, match="of a test"):
            workers.run(meeting(2, fail_or_not))
        assert ended == [True]
        assert workers.run([lambda: 3, lambda: 4]) == [3, 4]  # it can be used again
    assert threading.active_count() == n_before


def test__run__error__what_has_not_begun_is_left_out():
    barrier, begun = threading.Barrier(2, timeout=60), []

    def fail():
        barrier.wait()
        raise RuntimeError

    def later():
        begun.append(True)
        time.sleep(0.001)

    with Workers(2) as workers, pytest.raises(RuntimeError):
        workers.run([fail, barrier.wait, *[later] * 1000])
    assert len(begun) < 1000
