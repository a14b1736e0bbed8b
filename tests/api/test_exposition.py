"""The figures of several processes are one text that Prometheus can read."""

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from gotovo.api.exposition import OfWorker, merged


def text_of(worker: str, count: int) -> bytes:
    """Return the text of a worker that has counted so far."""
    counted = CollectorRegistry()
    for name in ("orders", "pages"):
        Counter(name, f"How many {name}.", ("status",), registry=counted).labels("200").inc(count)
    registry = CollectorRegistry()
    registry.register(OfWorker(counted.collect, worker))
    return generate_latest(registry)


def test_each_metric_is_told_once_with_the_samples_of_every_worker() -> None:
    text = merged([text_of("1", 3), text_of("2", 4)]).decode()
    families = list(text_string_to_metric_families(text))
    assert len({each.name for each in families}) == len(families)
    orders = next(each for each in families if each.name == "orders")
    found = {s.labels["worker"]: s.value for s in orders.samples if s.name == "orders_total"}
    assert found == {"1": 3, "2": 4}
    assert text.count("# HELP orders_total") == text.count("# TYPE pages_total counter") == 1


def test_one_text_stays_what_it_is() -> None:
    text = text_of("1", 3)
    assert merged([text]) == text
    assert merged([]) == b""
