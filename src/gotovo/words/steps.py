"""The words for what people do to an order: one for each step of the lifecycle."""

from gotovo.words.language import Bilingual, Language, in_language

STEPS = {
    "placement": Bilingual("Оформление", "Placement"),
    "payment": Bilingual("Оплата", "Payment"),
    "payment-expiry": Bilingual("Истечение срока оплаты", "Payment expiry"),
    "picking": Bilingual("Сборка", "Picking"),
    "packing": Bilingual("Упаковка", "Packing"),
    "dispatch": Bilingual("Отправка", "Dispatch"),
    "arrival": Bilingual("Прибытие в пункт", "Arrival at the point"),
    "shelving": Bilingual("Размещение на полке", "Shelving"),
    "handover-opening": Bilingual("Начало выдачи", "Hand-over opening"),
    "handover-stop": Bilingual("Остановка выдачи покупателем", "Hand-over stopped by the buyer"),
    "handover-timeout": Bilingual("Выдача не завершена", "Hand-over left unfinished"),
    "handover": Bilingual("Выдача", "Hand-over"),
    "storage-extension": Bilingual("Продление хранения", "Storage extension"),
    "storage-reminder": Bilingual("Напоминание о сроке хранения", "Storage reminder"),
    "storage-expiry": Bilingual("Истечение срока хранения", "Storage expiry"),
    "reinstatement": Bilingual("Восстановление", "Reinstatement"),
    "call": Bilingual("Звонок покупателю", "Call to the buyer"),
    "slot": Bilingual("Согласование времени", "Agreeing a time"),
    "departure": Bilingual("Выезд курьера", "Courier's departure"),
    "attempt": Bilingual("Попытка доставки", "Delivery attempt"),
    "cancellation": Bilingual("Отмена", "Cancellation"),
    "return-claim": Bilingual("Заявка на возврат", "Return claim"),
    "return": Bilingual("Возврат", "Return"),
    "withdrawal": Bilingual("Снятие с полки", "Withdrawal from the shelf"),
    "reception": Bilingual("Приём на склад", "Reception in the warehouse"),
    "redirection": Bilingual("Изменение места выдачи", "Redirection"),
    "promise": Bilingual("Изменение срока доставки", "Change of the promise"),
    "lateness": Bilingual("Опоздание", "Lateness"),
    "trusted-person": Bilingual("Доверенное лицо", "Trusted person"),
    "trusted-person-revocation": Bilingual("Отзыв доверия", "Trusted person revoked"),
    "code-renewal": Bilingual("Новый код получения", "New pick-up code"),
    "refund-completion": Bilingual("Выплата возврата", "Refund paid out"),
    "attention": Bilingual("Отметка «внимание»", "Attention flag"),
    "attention-clearance": Bilingual("Снятие отметки", "Attention flag cleared"),
    "help-answer": Bilingual("Ответ на вопрос покупателя", "Answer to the buyer's question"),
    "correction": Bilingual("Исправление ошибочной выдачи", "Correction of a wrong hand-over"),
    "contact-erasure": Bilingual("Удаление данных покупателя", "Erasure of the buyer's data"),
}


def step_label(step: str, language: Language) -> str:
    """Return the step as a noun."""
    return in_language(STEPS[step], language)
