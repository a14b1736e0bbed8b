"""Labels of the steps: what can be done to an order, one for each row of the lifecycle."""

from gotovo.words.language import Language
from gotovo.words.translations import Translator, pmsgid

STEPS = {
    "placement": pmsgid("step", "Placement"),
    "payment": pmsgid("step", "Payment"),
    "point-payment": pmsgid("step", "Payment at the pick-up point"),
    "payment-expiry": pmsgid("step", "Payment expiry"),
    "picking": pmsgid("step", "Picking"),
    "packing": pmsgid("step", "Packing"),
    "dispatch": pmsgid("step", "Dispatch"),
    "arrival": pmsgid("step", "Arrival at the pick-up point"),
    "shelving": pmsgid("step", "Shelving"),
    "handover-opening": pmsgid("step", "Start of hand-over"),
    "handover-stop": pmsgid("step", "Hand-over stopped by the buyer"),
    "handover-timeout": pmsgid("step", "Hand-over timed out"),
    "handover": pmsgid("step", "Hand-over"),
    "storage-extension": pmsgid("step", "Storage extension"),
    "storage-recalculation": pmsgid("step", "Storage deadline recalculated"),
    "storage-reminder": pmsgid("step", "Storage reminder"),
    "storage-expiry": pmsgid("step", "Storage expiry"),
    "reinstatement": pmsgid("step", "Reinstatement"),
    "call": pmsgid("step", "Call to the buyer"),
    "slot": pmsgid("step", "Delivery time agreed"),
    "departure": pmsgid("step", "Courier's departure"),
    "attempt": pmsgid("step", "Delivery attempt"),
    "cancellation": pmsgid("step", "Cancellation"),
    "return-claim": pmsgid("step", "Return request"),
    "return": pmsgid("step", "Return accepted"),
    "return-refusal": pmsgid("step", "Return not accepted"),
    "withdrawal": pmsgid("step", "Withdrawal from the shelf"),
    "reception": pmsgid("step", "Receipt at the warehouse"),
    "redirection": pmsgid("step", "Change of delivery place"),
    "promise": pmsgid("step", "Change of promised date"),
    "promise-recalculation": pmsgid("step", "Promise recalculated"),
    "lateness": pmsgid("step", "Delay"),
    "missing-rest": pmsgid("step", "Rest of a parcel missing"),
    "trusted-person": pmsgid("step", "Trusted person named"),
    "trusted-person-revocation": pmsgid("step", "Trusted person revoked"),
    "code-renewal": pmsgid("step", "New pick-up code"),
    "refund-sending": pmsgid("step", "Refund sent to the bank"),
    "refund-completion": pmsgid("step", "Refund paid out"),
    "refund-failure": pmsgid("step", "Refund not possible this way"),
    "refund-reroute": pmsgid("step", "Refund by another way"),
    "attention": pmsgid("step", "Attention flag"),
    "attention-clearance": pmsgid("step", "Attention flag cleared"),
    "help-question": pmsgid("step", "Buyer's question"),
    "help-answer": pmsgid("step", "Answer to the buyer's question"),
    "help-settlement": pmsgid("step", "Question left without an answer"),
    "help-lateness": pmsgid("step", "Question not answered in time"),
    "correction": pmsgid("step", "Correction of a mistaken hand-over"),
    "phone-change": pmsgid("step", "Change of phone"),
    "contact-erasure": pmsgid("step", "Erasure of the buyer's data"),
}


def step_label(step: str, language: Language) -> str:
    """Return the step as a noun."""
    return Translator(language).pgettext("step", STEPS[step])
