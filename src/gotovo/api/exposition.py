"""Prometheus's text format of several processes as one text.

What a process counts itself has the label `worker`, so that rates are right: a sum over processes
would fall, and look like a restart of all, whenever one of them is replaced.
"""

from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

WORKER: Final = "worker"
_HELP: Final = b"# HELP "


class OfWorker(Collector):
    """The metrics of a process, each sample with the label of its worker."""

    def __init__(self, collect: Callable[[], Iterable[Metric]], worker: str) -> None:
        self._collect = collect
        self._worker = worker

    @override
    def collect(self) -> Iterable[Metric]:
        """Return them anew at each scrape."""
        for metric in self._collect():
            metric.samples = [
                sample._replace(labels={**sample.labels, WORKER: self._worker})
                for sample in metric.samples
            ]
            yield metric


def merged(texts: Iterable[bytes]) -> bytes:
    """Return one text: each metric's help and type once, with the samples of every text below.

    The texts come from one program; while it is replaced by another release, the first one's help
    is taken.
    """
    metrics: dict[bytes, list[bytes]] = {}
    for text in texts:
        for block in text.split(_HELP)[1:]:
            name = block[: block.index(b" ")]
            known = metrics.get(name)
            if known is None:
                metrics[name] = [_HELP, block]
            else:
                known.append(_samples(block))
    return b"".join(part for parts in metrics.values() for part in parts)


def _samples(block: bytes) -> bytes:
    """Return what is below the lines of help and type."""
    return block.split(b"\n", 2)[2]
