"""A sentence for each fault of a request that never became a command."""

from enum import StrEnum

from gotovo.words.language import Bilingual
from gotovo.words.refusals import Said


class RequestFault(StrEnum):
    """What can be wrong with a request before an order is looked at."""

    MALFORMED_JSON = "malformed_json"
    TOO_DEEP = "too_deep"
    UNFIT_TEXT = "unfit_text"
    INTEGER_TOO_LARGE = "integer_too_large"
    INVALID_BODY = "invalid_body"
    INVALID_QUERY = "invalid_query"
    BODY_TOO_LARGE = "body_too_large"
    SLOW_BODY = "slow_body"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    IN_FLIGHT = "in_flight"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_CUSTOMER = "unknown_customer"
    INVALID_SETTINGS = "invalid_settings"
    STOCK_BELOW_RESERVED = "stock_below_reserved"
    NOTHING_ASKED = "nothing_asked"
    THREAD_FULL = "thread_full"
    OVERLOADED = "overloaded"
    INTERNAL = "internal"


_EXPECTED = Bilingual("Ожидается: {expected}.", "Expected: {expected}.")

REQUEST_FAULTS = {
    RequestFault.MALFORMED_JSON: Said(
        Bilingual("Это не JSON", "Not JSON"),
        Bilingual("Тело запроса – не JSON в UTF-8.", "The body is not JSON in UTF-8."),
    ),
    RequestFault.TOO_DEEP: Said(
        Bilingual("Слишком глубоко", "Too deep"),
        Bilingual("Вложенность JSON слишком велика.", "The JSON is nested too deeply."),
        _EXPECTED,
    ),
    RequestFault.UNFIT_TEXT: Said(
        Bilingual("Недопустимый знак", "Unfit text"),
        Bilingual(
            "В тексте есть нулевой знак или половина суррогатной пары.",
            "A text holds the zero character or half of a surrogate pair.",
        ),
    ),
    RequestFault.INTEGER_TOO_LARGE: Said(
        Bilingual("Слишком большое число", "Integer too large"),
        Bilingual("Целое число не помещается в 63 бита.", "An integer does not fit 63 bits."),
    ),
    RequestFault.INVALID_BODY: Said(
        Bilingual("Неверное поле", "Invalid body"),
        Bilingual("Поле тела запроса не подходит.", "A field of the body does not fit."),
        _EXPECTED,
    ),
    RequestFault.INVALID_QUERY: Said(
        Bilingual("Неверный параметр", "Invalid query"),
        Bilingual("Параметр запроса не подходит.", "A query parameter does not fit."),
        _EXPECTED,
    ),
    RequestFault.BODY_TOO_LARGE: Said(
        Bilingual("Слишком большое тело", "Body too large"),
        Bilingual("Тело запроса слишком велико.", "The body is too large."),
        Bilingual("Наибольшее, в байтах: {expected}.", "At most, in bytes: {expected}."),
    ),
    RequestFault.SLOW_BODY: Said(
        Bilingual("Слишком медленно", "Slow body"),
        Bilingual("Тело запроса не пришло вовремя.", "The body did not arrive in time."),
    ),
    RequestFault.UNSUPPORTED_MEDIA_TYPE: Said(
        Bilingual("Не тот тип тела", "Unsupported media type"),
        Bilingual("Тело запроса должно быть JSON.", "The body has to be JSON."),
        _EXPECTED,
    ),
    RequestFault.UNAUTHORIZED: Said(
        Bilingual("Нужен ключ", "Unauthorized"),
        Bilingual(
            "Нужен действующий ключ в заголовке Authorization: Bearer.",
            "A valid key is needed in the header Authorization: Bearer.",
        ),
    ),
    RequestFault.NOT_FOUND: Said(
        Bilingual("Нет такого адреса", "Not found"),
        Bilingual("По этому адресу ничего нет.", "There is nothing at this address."),
    ),
    RequestFault.METHOD_NOT_ALLOWED: Said(
        Bilingual("Не тот метод", "Method not allowed"),
        Bilingual(
            "У этого адреса нет такого метода.",
            "This address does not have this method.",
        ),
        _EXPECTED,
    ),
    RequestFault.IDEMPOTENCY_KEY_MISSING: Said(
        Bilingual("Нет Idempotency-Key", "Idempotency-Key missing"),
        Bilingual(
            "Каждому POST нужен заголовок Idempotency-Key, чтобы повтор был безвреден.",
            "Every POST needs the header Idempotency-Key, so that a repetition is harmless.",
        ),
    ),
    RequestFault.IDEMPOTENCY_KEY_INVALID: Said(
        Bilingual("Неверный Idempotency-Key", "Idempotency-Key invalid"),
        Bilingual("Заголовок Idempotency-Key не подходит.", "The Idempotency-Key does not fit."),
        _EXPECTED,
    ),
    RequestFault.IDEMPOTENCY_KEY_REUSED: Said(
        Bilingual("Idempotency-Key уже был", "Idempotency-Key reused"),
        Bilingual(
            "С этим ключом уже приходил другой запрос.",
            "Another request came with this key before.",
        ),
    ),
    RequestFault.IN_FLIGHT: Said(
        Bilingual("Ещё выполняется", "In flight"),
        Bilingual(
            "Запрос с этим ключом ещё выполняется; повторите через секунду.",
            "A request with this key is still under way; try again in a second.",
        ),
    ),
    RequestFault.UNKNOWN_KEY: Said(
        Bilingual("Неизвестный ключ", "Unknown key"),
        Bilingual("Такого ключа нет.", "There is no such key."),
    ),
    RequestFault.UNKNOWN_CUSTOMER: Said(
        Bilingual("Неизвестный покупатель", "Unknown customer"),
        Bilingual("У такого покупателя нет заказов.", "No such customer has ordered."),
    ),
    RequestFault.INVALID_SETTINGS: Said(
        Bilingual("Неверные настройки", "Invalid settings"),
        Bilingual(
            "С такими настройками нельзя работать; что не так, сказано в `faults`.",
            "These settings cannot be worked with; `faults` says what is wrong.",
        ),
    ),
    RequestFault.STOCK_BELOW_RESERVED: Said(
        Bilingual("Меньше, чем обещано", "Below what is reserved"),
        Bilingual(
            "Столько списать нельзя: товар обещан покупателям.",
            "So many cannot be taken off: buyers were promised the goods.",
        ),
    ),
    RequestFault.NOTHING_ASKED: Said(
        Bilingual("Вопроса нет", "Nothing asked"),
        Bilingual(
            "Об этом заказе покупатель ничего не спрашивал, отвечать не на что.",
            "The buyer has asked nothing about this order, so there is nothing to answer.",
        ),
    ),
    RequestFault.THREAD_FULL: Said(
        Bilingual("Переписка заполнена", "Thread full"),
        Bilingual(
            "В этой переписке больше нет места. Позвоните покупателю.",
            "There is no more room in this thread. Call the buyer.",
        ),
        Bilingual("Наибольшее число ответов: {expected}.", "Answers at most: {expected}."),
    ),
    RequestFault.OVERLOADED: Said(
        Bilingual("Слишком много работы", "Overloaded"),
        Bilingual(
            "Сейчас ответить нельзя, ничего не изменилось; повторите чуть позже.",
            "No answer is possible at present; repeat the request with the same key later.",
        ),
    ),
    RequestFault.INTERNAL: Said(
        Bilingual("Ошибка Gotovo", "Fault of ours"),
        Bilingual(
            "Это ошибка Gotovo, не ваша. Назовите номер запроса поддержке.",
            "This is our fault, not yours. Tell the request id to support.",
        ),
    ),
}
