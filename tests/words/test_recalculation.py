"""Why a deadline moved is said in the reader's language, and a person's own words stay."""

from gotovo.order.steps.storage_recalculation import RecalculationReason
from gotovo.words.recalculation import REASONS, recalculation_reason


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(REASONS) == set(RecalculationReason)
    for reason in RecalculationReason:
        texts = {recalculation_reason(reason, language) for language in ("ru", "en")}
        assert len(texts) == 2
        assert reason.value not in texts


def test_what_a_person_wrote_stays_as_it_is() -> None:
    assert recalculation_reason("снегопад", "en") == "снегопад"
