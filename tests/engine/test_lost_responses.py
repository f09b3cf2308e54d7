"""Updates and deletes whose response from DynamoDB is lost after the write."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from dossiers.domain.errors import Cause, TryAgain
from dossiers.storage.items import Write
from dossiers.storage.table import Table
from tests.builders import a_patch, a_word
from tests.contents import a_user, complete_dossiers
from tests.recording import Recording


@contextmanager
def replace_writes(replace: Callable[[Callable[[], None]], None]) -> Iterator[None]:
    """Let `replace` carry out each transaction of the block. It gets a function that writes the transaction."""
    write = Table.write

    def write_replaced(self: Table, writes: Sequence[Write], token: str | None = None) -> None:
        replace(lambda: write(self, writes, a_word()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "write", write_replaced)
        yield


def write_without_response(write: Callable[[], None]) -> None:
    write()
    raise TryAgain(Cause.UNREACHABLE)


def write_twice(write: Callable[[], None]) -> None:
    """As when DynamoDB has forgotten the token of a transaction, which it does after ten minutes."""
    write()
    write()


@pytest.mark.parametrize("if_match", [None, '"1"'])
def test_an_update_whose_response_was_lost_makes_one_version(
    dynamodb_local: Table, recording: Recording, if_match: str | None
) -> None:
    """botocore sends the transaction again under the same token, and DynamoDB carries it out once."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(external_identifier="x")
    with recording.lose_transaction_response() as lost:
        patch = a_patch(lastname="de Vries", external_identifier="y")
        response = api.update(dossier, patch, if_match=if_match)
    assert [response.status for response in lost] == [200]
    assert recording.operations[3:] == ["TransactWriteItems", "TransactWriteItems"]
    assert (response.status, response.headers["etag"]) == (200, '"2"')
    assert api.show(dossier).json == response.json
    assert api.search(name="vries").ids == api.search(external_identifier="y").ids == [dossier]
    assert complete_dossiers(dynamodb_local) == [dossier]


@pytest.mark.parametrize("if_match", [None, '"1"'])
def test_a_delete_whose_response_was_lost_is_a_delete(
    dynamodb_local: Table, recording: Recording, if_match: str | None
) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(external_identifier="x")
    with recording.lose_transaction_response() as lost:
        response = api.delete(dossier, if_match=if_match)
    assert [response.status for response in lost] == [200]
    assert recording.operations[3:] == ["TransactWriteItems", "TransactWriteItems"]
    assert response.status == 204
    assert complete_dossiers(dynamodb_local) == []


def test_an_update_that_got_try_again_changes_nothing_when_it_is_sent_again(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(external_identifier="x")
    patch = a_patch(lastname="de Vries", external_identifier="y")
    with replace_writes(write_without_response):
        response = api.update(dossier, patch)
    assert (response.status, response.errors, response.headers["retry-after"]) == (503, {"base": ["try_again"]}, "1")
    again = api.update(dossier, patch)
    assert (again.status, again.headers["etag"]) == (200, '"2"')
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_an_update_of_one_version_that_got_try_again_is_stale_when_it_was_carried_out(dynamodb_local: Table) -> None:
    """The client shows the dossier, and sees its own change."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier()
    patch = a_patch(lastname="de Vries")
    with replace_writes(write_without_response):
        assert api.update(dossier, patch, if_match='"1"').status == 503
    assert api.update(dossier, patch, if_match='"1"').status == 412
    assert api.show_dossier(dossier)["person"]["lastname"] == "de Vries"
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_a_delete_that_got_try_again_is_404_when_it_was_carried_out(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(external_identifier="x")
    with replace_writes(write_without_response):
        response = api.delete(dossier)
    assert (response.status, response.errors, response.headers["retry-after"]) == (503, {"base": ["try_again"]}, "1")
    assert api.delete(dossier).status == 404
    assert complete_dossiers(dynamodb_local) == []


def test_an_update_that_is_carried_out_twice_finds_its_own_change(dynamodb_local: Table) -> None:
    """Even with an identifier: that it is taken by the same dossier is no refusal."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(external_identifier="x")
    with replace_writes(write_twice):
        response = api.update(dossier, a_patch(lastname="de Vries", external_identifier="y"))
    assert (response.status, response.headers["etag"]) == (200, '"2"')
    assert complete_dossiers(dynamodb_local) == [dossier]
