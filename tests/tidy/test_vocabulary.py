"""Vocabulary: a concept is called what the trade calls it, and each class name means one thing.

Names of our own cost every newcomer a question. The list says which may not come back, where, and
what the thing is called instead; a word that is right elsewhere may still be used there.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.tidy.tree import files_ending, syntax

SOURCE = Path("src/gotovo")


class Banned(NamedTuple):
    """A name that may not come back below a package, as a module's or a class's whole name."""

    package: str
    name: str
    instead: str


BANNED = (
    Banned("", "apart", "worker_process"),
    Banned("", "told", "the name of what is stored or sent"),
    Banned("", "kept", "the name of the cache or table"),
    Banned("", "anew", "rebuild"),
    Banned("", "aside", "a name per subject"),
    Banned("", "bearer", "holder"),
    Banned("", "named", "external ids, or the name of the value"),
    Banned("", "parts", "dependencies"),
    Banned("", "door", "address"),
    Banned("", "way_back", "return_shipment"),
    Banned("access", "codes", "sign_in_codes"),
    Banned("access", "keys", "api_keys"),
    Banned("access", "looks", "access_log"),
    Banned("access", "limits", "rate_limits"),
    Banned("api", "news", "wakeup"),
    Banned("api", "tail", "event_buffer"),
    Banned("api", "window", "event_buffer"),
    Banned("api", "placing", "placement"),
    Banned("api", "submitting", "submission"),
    Banned("api", "invalid", "validation_errors"),
    Banned("api", "faults", "errors"),
    Banned("api", "fault", "error"),
    Banned("api", "answer", "response"),
    Banned("assembly", "house", "runtime"),
    Banned("assembly", "fronts", "dependencies"),
    Banned("assembly", "work", "background"),
    Banned("bench", "asking", "requests"),
    Banned("bench", "asker", "client"),
    Banned("bench", "answers", "response_parser"),
    Banned("bench", "book", "request_file"),
    Banned("bench", "request_book", "request_file"),
    Banned("bench", "city", "dataset"),
    Banned("bench", "shop", "server_fixture"),
    Banned("bench", "stage", "environment"),
    Banned("bench", "crowd", "idle_clients"),
    Banned("bench", "mould", "template"),
    Banned("bench", "casting", "expansion"),
    Banned("bench", "filling", "fill"),
    Banned("cli", "ending", "exit_status"),
    Banned("cli", "opening", "context"),
    Banned("cli", "pacing", "forecast"),
    Banned("cli", "living", "demo_worker"),
    Banned("engine", "answers", "idempotency records"),
    Banned("engine", "answered", "idempotency record"),
    Banned("engine", "room", "admission"),
    Banned("engine", "pace", "throughput"),
    Banned("engine", "waiting", "queue"),
    Banned("engine", "repeating", "periodic"),
    Banned("engine", "watching", "subscriptions"),
    Banned("engine", "heard", "notification"),
    Banned("engine", "following", "followers"),
    Banned("engine", "standing", "stored_order"),
    Banned("engine", "noticed", "changes"),
    Banned("engine", "touched", "changes"),
    Banned("exchange", "carrying", "importer"),
    Banned("exchange", "carried_over", "imported"),
    Banned("notices", "telling", "dispatch"),
    Banned("order", "codes", "pickup_codes"),
    Banned("order", "pace", "forecast"),
    Banned("order", "learnt", "model"),
    Banned("order", "telling", "forecast"),
    Banned("order", "observing", "observation"),
    Banned("order", "sketch", "quantile_sketch"),
    Banned("order", "goods", "stock_movements"),
    Banned("order", "tries", "code_check"),
    Banned("order", "whereabouts", "place_check"),
    Banned("order", "otherwise", "default_refusal"),
    Banned("points", "faults", "validation"),
    Banned("points", "fault", "validation error"),
    Banned("points", "wall", "local_time"),
    Banned("points", "phrases", "words/"),
    Banned("store", "lending", "connection_cache"),
    Banned("store", "lender", "connection_cache"),
    Banned("store", "gathering", "dataloader"),
    Banned("store", "looks", "access_log"),
    Banned("store", "order_aside", "a name per subject"),
    Banned("town", "deed", "action"),
    Banned("town", "fate", "scenario"),
    Banned("town", "life", "replay"),
    Banned("town", "furnishing", "seed"),
    Banned("town", "house", "runtime"),
    Banned("web", "look", "design"),
    Banned("web", "saying", "formatting"),
    Banned("web", "failing", "error_pages"),
    Banned("web", "faults", "errors"),
    Banned("web", "packing", "compression"),
    Banned("web", "within", "rate_limit"),
    Banned("web", "now", "status_panels"),
    Banned("web", "hand", "primary_order"),
    Banned("web", "possible", "order/allowed"),
    Banned("web", "asking", "submit_action"),
    Banned("web", "overtaken", "action_unavailable"),
    Banned("web", "owned", "own_order"),
    Banned("web", "acts", "steps"),
    Banned("web", "answer", "response"),
    Banned("words", "bilingual", "a message of the catalogue"),
    Banned("words", "said", "a message of the catalogue"),
)


def test_a_name_that_the_trade_has_another_word_for_does_not_come_back() -> None:
    names = list(_names())
    assert names, "there are names to look at"
    assert (
        sorted(
            f"{path}: {name} is called {banned.instead}"
            for path, name in names
            for banned in BANNED
            if path.is_relative_to(SOURCE / banned.package) and _snake(name) == banned.name
        )
        == []
    )


def test_a_public_class_name_exists_once() -> None:
    """Who searches for a name finds the one thing that it means."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in _modules():
        for name in _public_classes(path):
            places[name].append(str(path))
    assert places, "there are classes to look at"
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def _modules() -> list[Path]:
    return [path for path in files_ending(".py") if path.is_relative_to(SOURCE)]


def _names() -> Iterator[tuple[Path, str]]:
    """Yield every module, folder and public class below the package, with its file."""
    for path in _modules():
        yield from ((path, part) for part in path.relative_to(SOURCE).parts[:-1])
        yield path, path.stem
        yield from ((path, name) for name in _public_classes(path))


def _public_classes(path: Path) -> list[str]:
    nodes = syntax(path).body
    return [n.name for n in nodes if isinstance(n, ast.ClassDef) and not n.name.startswith("_")]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
