"""A token names its key, and proves it by what nobody can read in the table."""

from uuid import UUID

import pytest

from gotovo.access.programs.tokens import claim_of, digest_of, key_id_of, new_token, proof_of

KEY = key_id_of(UUID(int=1))


def test_a_token_says_whose_it_is_and_no_two_are_alike() -> None:
    first, second = new_token(KEY), new_token(KEY)
    assert first != second
    for token in (first, second):
        assert claim_of(f"Bearer {token}") == claim_of(f"bearer  {token} ") == KEY
        assert proof_of(f"Bearer {token}") == digest_of(token)


@pytest.mark.parametrize("text", ["", "Basic {}", "{}", "Bearer {}x", "Bearer gtv_a_b"])
def test_what_is_no_token_claims_no_key(text: str) -> None:
    assert claim_of(text.replace("{}", new_token(KEY))) is None
