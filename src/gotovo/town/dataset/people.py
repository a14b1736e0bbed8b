"""The people of the town: invented, with phones that no operator gives out."""

from enum import StrEnum
from random import Random

from msgspec import Struct

PEOPLE = 60
_WOMEN_SHARE = 0.55

_WOMEN = "Алия Гульнара Марина Ольга Айгуль Светлана Лейсан Наталья Регина Татьяна Диляра Вера"
_MEN = "Рустам Андрей Ильдар Сергей Айрат Павел Марат Дмитрий Тимур Николай Булат Игорь"
_SURNAMES = (
    "Хасанов Соколов Гарипов Лебедев Сафин Морозов Галиев Новиков Валеев Егоров "
    "Каримов Фёдоров Шакиров Орлов Нуриев Захаров Юсупов Белов Ахметов Громов"
)
_STREETS = (
    "Пушкина Декабристов Гвардейская Зорге Мавлютова Амирхана Адоратского Карбышева Восстания"
)


class Temperament(StrEnum):
    """How a buyer tends to behave."""

    PROMPT = "prompt"
    FORGETFUL = "forgetful"
    PICKY = "picky"
    FICKLE = "fickle"


_TEMPERAMENTS = (
    *(Temperament.PROMPT,) * 6,
    Temperament.FORGETFUL,
    Temperament.FORGETFUL,
    Temperament.PICKY,
    Temperament.FICKLE,
)


class Person(Struct, frozen=True):
    """One buyer; `phone` is E.164 from the block +7 900 000-00-01 to -60."""

    phone: str
    name: str
    email: str
    address: str
    temperament: Temperament


def people(seed: int) -> tuple[Person, ...]:
    """Return the buyers; the first is always prompt, because the guide signs in with that phone."""
    rng = Random(f"people:{seed}")  # noqa: S311  (a town repeats by its seed)
    return tuple(_person(number, rng) for number in range(1, PEOPLE + 1))


def _person(number: int, rng: Random) -> Person:
    woman = rng.random() < _WOMEN_SHARE
    surname = rng.choice(_SURNAMES.split())
    name = rng.choice((_WOMEN if woman else _MEN).split())
    street, runtime = rng.choice(_STREETS.split()), rng.randint(1, 90)
    flat, code = rng.randint(1, 180), rng.randint(1, 9)
    temperament = rng.choice(_TEMPERAMENTS)
    return Person(
        phone=f"+7900000{number:04}",
        name=f"{name} {surname}{'а' if woman else ''}",
        email=f"buyer{number:02}@example.com",
        address=f"Казань, ул. {street}, {runtime}, кв. {flat}, домофон {flat}К{code}",
        temperament=Temperament.PROMPT if number == 1 else temperament,
    )
