"""Scopes: each endpoint and each step needs one, and a key has no more of it than its role."""

import pytest

from gotovo.access.programs.scopes import (
    ROLES_OF,
    STEP_SCOPES,
    KeyScope,
    foreign_to,
    granted,
)
from gotovo.api.dispatch.endpoint import KEY_ROLES, ProtectedBy
from gotovo.api.endpoints import ENDPOINTS
from gotovo.order.lifecycle import TABLE
from gotovo.order.values.actor import Role


def test_every_step_of_a_program_has_a_scope() -> None:
    assert set(STEP_SCOPES) == {row.step for row in TABLE if row.who & KEY_ROLES}


@pytest.mark.parametrize("scope", KeyScope)
def test_the_roles_of_a_scope_are_those_of_its_endpoints(scope: KeyScope) -> None:
    roles = {role for each in ENDPOINTS if each.scope is scope for role in each.roles}
    if scope is KeyScope.IMPORTS:
        roles = set(KEY_ROLES - {Role.FOLLOWER})
    assert ROLES_OF[scope] == roles


def test_reading_needs_a_scope_to_read_and_changing_one_to_write() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.scope is None:
            assert endpoint.protected_by in {ProtectedBy.COMMAND, ProtectedBy.PERSON}
        else:
            action = "read" if endpoint.method == "GET" else "write"
            assert endpoint.scope.partition(":")[2] == action, endpoint.path


def test_a_key_without_scopes_has_all_of_its_role_but_imports() -> None:
    for role in KEY_ROLES:
        of_role = {scope for scope, roles in ROLES_OF.items() if role in roles}
        assert granted(role, None) == of_role - {KeyScope.IMPORTS}


def test_who_writes_reads_the_same_and_nothing_else() -> None:
    assert granted(Role.ADMIN, ["orders:write"]) == {KeyScope.ORDERS_WRITE, KeyScope.ORDERS_READ}
    assert granted(Role.ADMIN, ["payments:write"]) == {KeyScope.PAYMENTS_WRITE}


def test_a_scope_gives_no_more_than_the_role_has() -> None:
    assert granted(Role.STOREFRONT, ["keys:write", "orders:read"]) == {KeyScope.ORDERS_READ}
    assert granted(Role.FOLLOWER, ["orders:write"]) == frozenset()


def test_a_scope_that_this_version_does_not_know_grants_nothing() -> None:
    assert granted(Role.ADMIN, ["orders:dance", "imports"]) == {KeyScope.IMPORTS}


def test_a_scope_that_the_role_cannot_use_is_told() -> None:
    wanted = [KeyScope.ORDERS_READ, KeyScope.KEYS_WRITE]
    assert foreign_to(Role.STOREFRONT, wanted) is KeyScope.KEYS_WRITE
    assert foreign_to(Role.ADMIN, wanted) is None
