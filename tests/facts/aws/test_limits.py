"""Request rates: never more than AWS allows an account, however many threads ask."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from apidoctor.facts.aws.limits import Bucket, DeadlinePassed, Limits, Rate


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self):
        self.now = 0.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_a_burst_passes_and_then_the_rate_holds():
    clock = Clock()
    bucket = Bucket(Rate(10, 3), clock)

    assert [round(bucket.reserve(), 3) for _ in range(5)] == [0, 0, 0, 0.1, 0.2]


def test_a_rest_fills_the_bucket_but_never_above_its_burst():
    clock = Clock()
    bucket = Bucket(Rate(10, 3), clock)
    for _ in range(3):
        bucket.reserve()
    clock.now = 100

    assert [round(bucket.reserve(), 3) for _ in range(4)] == [0, 0, 0, 0.1]


def test_threads_together_get_no_more_than_the_rate():
    bucket = Bucket(Rate(10, 5), Clock())
    with ThreadPoolExecutor(8) as pool:
        waits = sorted(round(wait, 3) for wait in pool.map(lambda _: bucket.reserve(), range(25)))

    assert waits == [0.0] * 5 + [round(number / 10, 3) for number in range(1, 21)]


def test_api_gateway_s_services_share_a_limit_and_get_resources_has_its_own():
    clock = Clock()
    limits = Limits(clock, clock.sleep)
    for _ in range(20):
        limits.wait("1", "us-east-1", "apigateway", "get_stages", None)
        limits.wait("1", "us-east-1", "apigatewayv2", "get_vpc_links", None)
    assert clock.slept == []

    limits.wait("1", "us-east-1", "apigateway", "get_stages", None)
    assert clock.slept == [pytest.approx(0.1)]
    limits.wait("2", "us-east-1", "apigateway", "get_stages", None)
    limits.wait("1", "eu-west-1", "apigateway", "get_stages", None)
    assert len(clock.slept) == 1


def test_get_resources_is_asked_five_times_in_two_seconds():
    clock = Clock()
    limits = Limits(clock, clock.sleep)
    for _ in range(10):
        limits.wait("1", "us-east-1", "apigateway", "get_resources", None)

    assert clock.now == pytest.approx(2.0)


def test_services_without_a_published_limit_are_not_slowed():
    clock = Clock()
    limits = Limits(clock, clock.sleep)
    for _ in range(1000):
        limits.wait("1", "global", "iam", "get_role", None)

    assert clock.slept == []


def test_who_would_wait_past_the_end_of_the_run_is_told_at_once():
    clock = Clock()
    limits = Limits(clock, clock.sleep)
    for _ in range(5):
        limits.wait("1", "us-east-1", "apigateway", "get_resources", 0.3)

    with pytest.raises(DeadlinePassed):
        limits.wait("1", "us-east-1", "apigateway", "get_resources", 0.3)
    assert clock.slept == []


def test_buckets_are_made_once_even_when_many_threads_ask_first():
    limits = Limits(Clock(), lambda seconds: None)
    ready = threading.Barrier(8)

    def ask(_):
        ready.wait()
        return limits._bucket(("1", "r", "ec2", ""), Rate(1, 1))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
