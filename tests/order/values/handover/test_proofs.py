"""Which proofs say that the buyer is here, so that further orders may be opened."""

from gotovo.order.values.handover.proofs import OF_BUYER, Proof


def test_neither_a_messenger_nor_a_clerks_word_opens_a_further_order() -> None:
    """Rule 4.3."""
    assert set(Proof) - OF_BUYER == {Proof.SAME_BUYER, Proof.TRUSTED, Proof.WITHOUT_CODE}
