"""django-oscar with its defaults and the steps of an order as its status pipeline."""

import os

from oscar import INSTALLED_APPS as OSCAR_APPS
from oscar.defaults import *  # noqa: F403  (how Oscar is meant to be configured)
from psycopg.conninfo import conninfo_to_dict

_database = conninfo_to_dict(os.environ["DATABASE_URL"])

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database["dbname"],
        "USER": _database["user"],
        "PASSWORD": _database["password"],
        "HOST": _database["host"],
        "PORT": _database["port"],
        "CONN_MAX_AGE": None,  # connections are reused
        "ATOMIC_REQUESTS": True,
    }
}

SECRET_KEY = os.environ["API_KEY"]  # nothing here signs anything
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
USE_TZ = True
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = list(OSCAR_APPS)
MIDDLEWARE: list[str] = []  # as an API without sessions; less than a shop has
ROOT_URLCONF = "urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
STATIC_URL = "/static/"
LOGGING_CONFIG = None

STAGES = (
    "placed",
    "paid",
    "picking",
    "packed",
    "in_transit",
    "arrived",
    "on_shelf",
    "handed_over",
)
OSCAR_INITIAL_ORDER_STATUS = STAGES[0]
OSCAR_INITIAL_LINE_STATUS = "reserved"
OSCAR_ORDER_STATUS_PIPELINE = {
    stage: (following,) for stage, following in zip(STAGES, [*STAGES[1:], None], strict=True)
}
OSCAR_LINE_STATUS_PIPELINE = {"reserved": ("issued",), "issued": ()}
OSCAR_ORDER_STATUS_CASCADE = {"in_transit": "issued"}


class _NoMigrations:
    """An empty database gets its tables straight from the models: the same, within seconds."""

    def __contains__(self, _: str) -> bool:
        return True

    def __getitem__(self, _: str) -> None:
        return None


MIGRATION_MODULES = _NoMigrations()
