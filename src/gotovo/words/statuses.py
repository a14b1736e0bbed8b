"""The words for where an order stands: statuses, stages, reasons, flags.

The Russian and English names of the four statuses are fixed by the product and may not vary.
"""

from gotovo.order.steps.attempt import AttemptReason
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Attention, Condition, Outcome, Reason, RefundState, Stage
from gotovo.words.language import Bilingual, Language, in_language

STATUSES = {
    "awaiting_payment": Bilingual("Ожидает оплаты", "Awaiting payment"),
    "processing": Bilingual("В обработке", "In processing"),
    "ready_for_pickup": Bilingual("Готово к выдаче", "Ready for pick-up"),
}
"""The three open statuses; a closed order is called by its outcome."""

OUTCOMES = {
    Outcome.ISSUED: Bilingual("Выдано", "Issued"),
    Outcome.CANCELLED: Bilingual("Отменено", "Cancelled"),
    Outcome.RETURNED: Bilingual("Возврат", "Returned"),
}

STAGES = {
    Stage.PLACED: Bilingual("Оформлен", "Placed"),
    Stage.PAID: Bilingual("Оплачен", "Paid"),
    Stage.PICKING: Bilingual("Собирается на складе", "Being picked in the warehouse"),
    Stage.PACKED: Bilingual("Упакован", "Packed"),
    Stage.DISPATCHED: Bilingual("В пути", "On its way"),
    Stage.ARRIVED_AT_POINT: Bilingual(
        "Прибыл в пункт, принимается", "At the point, being accepted"
    ),
    Stage.SHELVED: Bilingual("На полке пункта", "On the shelf of its point"),
    Stage.HANDING_OVER: Bilingual("Выдаётся сейчас", "Being handed over now"),
    Stage.WITH_COURIER: Bilingual("Передан курьеру", "With the courier"),
    Stage.SLOT_AGREED: Bilingual("Время доставки согласовано", "Delivery time agreed"),
    Stage.OUT_FOR_DELIVERY: Bilingual("Курьер в пути", "Courier on the way"),
    Stage.ATTEMPT_FAILED: Bilingual("Доставка не удалась", "Delivery attempt failed"),
    Stage.ISSUED: Bilingual("Выдан", "Issued"),
    Stage.CANCELLED: Bilingual("Отменён", "Cancelled"),
    Stage.TURNED_ROUND: Bilingual("Разворачивается на склад", "To be turned back"),
    Stage.WITHDRAWN: Bilingual("Снят с полки", "Taken off the shelf"),
    Stage.IN_RETURN: Bilingual("Едет на склад", "On its way back"),
    Stage.RECEIVED_BACK: Bilingual("Принят складом обратно", "Received back in the warehouse"),
}

REASONS = {
    Reason.CUSTOMER_REQUEST: Bilingual("по просьбе покупателя", "at the buyer's request"),
    Reason.PAYMENT_EXPIRED: Bilingual("истёк срок оплаты", "not paid in time"),
    Reason.OUT_OF_STOCK: Bilingual("товар закончился", "out of stock"),
    Reason.NOT_COLLECTED: Bilingual("истёк срок хранения", "not collected in time"),
    Reason.REFUSED_AT_DESK: Bilingual("отказ при получении", "refused when handed over"),
    Reason.LOST: Bilingual("утрата в пути", "lost on the way"),
    Reason.DAMAGED: Bilingual("повреждение в пути", "damaged on the way"),
    Reason.POINT_CLOSED: Bilingual("пункт закрылся", "the point has closed"),
    Reason.SELLER_REQUEST: Bilingual("по решению продавца", "by the seller's decision"),
}

ATTENTION = {
    Attention.LATE: Bilingual("Опаздывает", "Late"),
    Attention.LOST: Bilingual("Потерян", "Lost"),
    Attention.DAMAGED: Bilingual("Повреждён", "Damaged"),
    Attention.DISPUTE: Bilingual("Спор", "Dispute"),
    Attention.CONTRADICTION: Bilingual("Времена противоречат друг другу", "Times contradict"),
}

CONDITIONS = {
    Condition.RESTOCKED: Bilingual("Вернулся в продажу", "Restocked"),
    Condition.DEFECTIVE: Bilingual("Брак", "Defective"),
    Condition.WRITTEN_OFF: Bilingual("Списан", "Written off"),
}

REFUND_STATES = {
    RefundState.STARTED: Bilingual("В пути", "On its way"),
    RefundState.COMPLETED: Bilingual("Выплачен", "Paid out"),
    RefundState.CANCELLED: Bilingual("Отозван", "Called off"),
}

ATTEMPT_REASONS = {
    AttemptReason.NO_ANSWER: Bilingual("Не ответил", "No answer"),
    AttemptReason.ABSENT: Bilingual("Не застали", "Absent"),
    AttemptReason.POSTPONED: Bilingual("Попросил перенести", "Postponed"),
    AttemptReason.REFUSED: Bilingual("Отказался", "Refused"),
    AttemptReason.WRONG_ADDRESS: Bilingual("Неверный адрес", "Wrong address"),
    AttemptReason.NO_ATTEMPT: Bilingual("Не доехали", "Not attempted"),
}

ROLES = {
    Role.BUYER: Bilingual("Покупатель", "Buyer"),
    Role.STOREFRONT: Bilingual("Витрина", "Storefront"),
    Role.WAREHOUSE: Bilingual("Склад", "Warehouse"),
    Role.POINT: Bilingual("Пункт выдачи", "Pick-up point"),
    Role.COURIER: Bilingual("Курьер", "Courier"),
    Role.SUPPORT: Bilingual("Поддержка", "Support"),
    Role.ADMIN: Bilingual("Администратор", "Administrator"),
    Role.FOLLOWER: Bilingual("Подписчик", "Follower"),
    Role.SYSTEM: Bilingual("Gotovo", "Gotovo"),
}


def status_label(status: str, outcome: Outcome | None, language: Language) -> str:
    """Return what a buyer reads: one of the four statuses, the last one by its outcome."""
    return in_language(STATUSES[status] if outcome is None else OUTCOMES[outcome], language)


def stage_label(stage: Stage, language: Language) -> str:
    """Return the stage in plain words."""
    return in_language(STAGES[stage], language)


def reason_label(reason: Reason, language: Language) -> str:
    """Return why an order was cancelled, to stand after «Отменено» or "Cancelled"."""
    return in_language(REASONS[reason], language)
