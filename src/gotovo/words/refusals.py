"""A sentence for each refusal in each language: what happened, and what to do about it.

A sentence is fit for a clerk at the desk and for the log of a program. What was expected is
appended where it helps; the field and its value are for the surface to show in their own way.
"""

from msgspec import Struct

from gotovo.order.refusals import Code, Refusal
from gotovo.words.language import Bilingual, Language, in_language


class Said(Struct, frozen=True):
    """A short title, a sentence, and what is added when something particular was expected."""

    title: Bilingual
    sentence: Bilingual
    expected: Bilingual | None = None


_ONE_OF = Bilingual("Допустимо: {expected}.", "Allowed: {expected}.")
_FROM_TO = Bilingual("Нужно: {expected}.", "Needed: {expected}.")

REFUSALS = {
    Code.UNKNOWN_ORDER: Said(
        Bilingual("Заказ не найден", "Unknown order"),
        Bilingual(
            "Заказа с таким номером нет. Проверьте номер: в нём 12 цифр.",
            "There is no order with this number. Check it: it has 12 digits.",
        ),
    ),
    Code.WRONG_POINT: Said(
        Bilingual("Другой пункт", "Wrong point"),
        Bilingual("Этот заказ выдаётся не здесь.", "This order is not handed over here."),
        Bilingual("Его пункт: {expected}.", "Its point: {expected}."),
    ),
    Code.ALREADY_ISSUED: Said(
        Bilingual("Уже выдан", "Already issued"),
        Bilingual("Заказ уже выдан.", "The order has been handed over already."),
    ),
    Code.CANCELLED: Said(
        Bilingual("Отменён", "Cancelled"),
        Bilingual(
            "Заказ отменён; деньги, если они поступили, возвращаются покупателю.",
            "The order was cancelled; any money received goes back to the buyer.",
        ),
    ),
    Code.EXPIRED: Said(
        Bilingual("Срок хранения истёк", "Storage expired"),
        Bilingual(
            "Срок хранения истёк, заказ закрыт. Пока он на полке, поддержка может его вернуть.",
            "Storage has expired and the order is closed. Support can reinstate it while it is "
            "on the shelf.",
        ),
    ),
    Code.UNPAID: Said(
        Bilingual("Не оплачен", "Unpaid"),
        Bilingual("Заказ ещё не оплачен.", "The order has not been paid yet."),
    ),
    Code.NOT_READY: Said(
        Bilingual("Ещё не готов", "Not ready yet"),
        Bilingual(
            "Заказ ещё не готов к выдаче: не все посылки на полке.",
            "The order is not ready yet: not every parcel is on its shelf.",
        ),
    ),
    Code.BLOCKED: Said(
        Bilingual("Выдача остановлена", "Blocked"),
        Bilingual(
            "Выдача остановлена до решения спора. Обратитесь в поддержку.",
            "Hand-over is blocked until a dispute is settled. Ask support.",
        ),
    ),
    Code.TOO_MANY_ATTEMPTS: Said(
        Bilingual("Слишком много попыток", "Too many attempts"),
        Bilingual(
            "Слишком много неверных кодов. Покупателю нужен новый код.",
            "Too many wrong codes were tried. The buyer needs a new code.",
        ),
    ),
    Code.WRONG_CODE: Said(
        Bilingual("Код не подошёл", "Wrong code"),
        Bilingual(
            "Код не подошёл. Попросите покупателя показать код этого заказа.",
            "The code does not fit. Ask the buyer for the code of this order.",
        ),
    ),
    Code.CODE_REVOKED: Said(
        Bilingual("Код отозван", "Code revoked"),
        Bilingual(
            "Этот код больше не действует. Покупателю отправлен новый.",
            "This code is no longer valid. The buyer has a newer one.",
        ),
    ),
    Code.NOT_PERMITTED: Said(
        Bilingual("Нет права", "Not permitted"),
        Bilingual("Эта роль не может этого делать.", "This role may not do this."),
        _ONE_OF,
    ),
    Code.IN_THE_FUTURE: Said(
        Bilingual("Время в будущем", "In the future"),
        Bilingual(
            "Указанное время ещё не наступило. Проверьте часы.",
            "The time given has not come yet. Check the clock.",
        ),
    ),
    Code.STAGE_FORBIDS: Said(
        Bilingual("Сейчас нельзя", "Not at this stage"),
        Bilingual(
            "На нынешнем этапе заказа этого сделать нельзя.",
            "This cannot be done at the order's present stage.",
        ),
    ),
    Code.CLOSED: Said(
        Bilingual("Заказ закрыт", "Order closed"),
        Bilingual("Заказ уже закрыт.", "The order is closed already."),
    ),
    Code.NUMBER_TAKEN: Said(
        Bilingual("Номер занят", "Number taken"),
        Bilingual("Заказ с таким номером уже есть.", "There is an order with this number."),
    ),
    Code.EXTERNAL_ID_TAKEN: Said(
        Bilingual("Внешний номер занят", "External id taken"),
        Bilingual(
            "Заказ с таким внешним номером уже оформлен.",
            "An order with this external id was placed before.",
        ),
    ),
    Code.UNKNOWN_SKU: Said(
        Bilingual("Неизвестный артикул", "Unknown sku"),
        Bilingual(
            "Такого артикула на складе никогда не было.",
            "The warehouse has never listed this sku.",
        ),
    ),
    Code.UNKNOWN_POINT: Said(
        Bilingual("Неизвестный пункт", "Unknown point"),
        Bilingual("Такого пункта выдачи нет.", "There is no such pick-up point."),
    ),
    Code.UNKNOWN_WAREHOUSE: Said(
        Bilingual("Неизвестный склад", "Unknown warehouse"),
        Bilingual("Такого склада нет.", "There is no such warehouse."),
    ),
    Code.UNKNOWN_PARCEL: Said(
        Bilingual("Чужая посылка", "Unknown parcel"),
        Bilingual(
            "У этого заказа нет посылки с таким штрихкодом.",
            "This order has no parcel with this barcode.",
        ),
    ),
    Code.UNKNOWN_LINE: Said(
        Bilingual("Нет такой строки", "Unknown line"),
        Bilingual("В заказе нет строки с таким номером.", "The order has no such line."),
        _FROM_TO,
    ),
    Code.UNKNOWN_REFUND: Said(
        Bilingual("Неизвестный возврат денег", "Unknown refund"),
        Bilingual("У заказа нет такого возврата денег.", "The order has no such refund."),
    ),
    Code.POINT_CLOSED: Said(
        Bilingual("Пункт не принимает", "Point not accepting"),
        Bilingual(
            "Этот пункт сейчас не принимает новых заказов.",
            "This point does not accept new orders at present.",
        ),
    ),
    Code.ADDRESS_MISSING: Said(
        Bilingual("Нет адреса", "Address missing"),
        Bilingual(
            "Курьеру некуда ехать: адрес не назван.",
            "The courier does not know where to go: no address was given.",
        ),
    ),
    Code.WRONG_METHOD: Said(
        Bilingual("Не тот способ", "Wrong method"),
        Bilingual(
            "Для этого способа доставки так нельзя.",
            "This way of delivery does not allow it.",
        ),
        _FROM_TO,
    ),
    Code.WRONG_AMOUNT: Said(
        Bilingual("Не та сумма", "Wrong amount"),
        Bilingual("Сумма не сходится.", "The sum does not fit."),
        _FROM_TO,
    ),
    Code.WRONG_CURRENCY: Said(
        Bilingual("Не та валюта", "Wrong currency"),
        Bilingual("Валюта не совпадает с валютой заказа.", "The order has another currency."),
        _FROM_TO,
    ),
    Code.WRONG_QUANTITY: Said(
        Bilingual("Не то количество", "Wrong quantity"),
        Bilingual("Количество не сходится.", "The quantity does not fit."),
        _FROM_TO,
    ),
    Code.PARCEL_MISSING: Said(
        Bilingual("Не все посылки", "Parcel missing"),
        Bilingual(
            "Отсканированы не те посылки, что есть в заказе.",
            "What was scanned is not what the order consists of.",
        ),
        _FROM_TO,
    ),
    Code.WRONG_TIME: Said(
        Bilingual("Не то время", "Wrong time"),
        Bilingual("Такое время выбрать нельзя.", "This time cannot be chosen."),
    ),
    Code.CALL_FIRST: Said(
        Bilingual("Сначала позвоните", "Call first"),
        Bilingual(
            "Сначала нужно дозвониться до покупателя и договориться о времени.",
            "The buyer has to be reached by phone before a time is agreed.",
        ),
    ),
    Code.ALREADY_PAID: Said(
        Bilingual("Уже оплачен", "Already paid"),
        Bilingual(
            "Заказ уже оплачен другим платежом; этот платёж возвращается.",
            "Another payment was accepted before; this one is refunded.",
        ),
    ),
    Code.EXTENSION_USED: Said(
        Bilingual("Продление использовано", "Extension used"),
        Bilingual(
            "Хранение уже продлевали, больше нельзя.",
            "Storage was extended before and cannot be extended again.",
        ),
    ),
    Code.RETURN_PERIOD_OVER: Said(
        Bilingual("Срок возврата прошёл", "Return period over"),
        Bilingual("Срок возврата прошёл.", "The return period is over."),
        Bilingual("Он был до {expected}.", "It ended at {expected}."),
    ),
    Code.REFUND_COMPLETED: Said(
        Bilingual("Деньги уже вернулись", "Refund completed"),
        Bilingual(
            "Деньги уже возвращены, восстановить заказ нельзя.",
            "The money has been paid back, so the order cannot live again.",
        ),
    ),
}

_WITH_TRIES = frozenset({Code.WRONG_CODE, Code.CODE_REVOKED})
_TRIES_LEFT = Bilingual("Осталось попыток: {tries}.", "Tries left: {tries}.")


def title(code: Code, language: Language) -> str:
    """Return two or three words, as a heading."""
    return in_language(REFUSALS[code].title, language)


def plain(refusal: Refusal, language: Language) -> str:
    """Return the sentence for somebody who pressed a button, and has no use for values."""
    if refusal.code in _WITH_TRIES:
        return sentence(refusal, language)
    return in_language(REFUSALS[refusal.code].sentence, language)


def sentence(refusal: Refusal, language: Language) -> str:
    """Return the whole sentence for a program, with what was expected where that helps."""
    said = REFUSALS[refusal.code]
    text = in_language(said.sentence, language)
    if refusal.code in _WITH_TRIES and refusal.expected.isdigit():
        return f"{text} {in_language(_TRIES_LEFT, language).format(tries=refusal.expected)}"
    if said.expected is None or not refusal.expected:
        return text
    return f"{text} {in_language(said.expected, language).format(expected=refusal.expected)}"
