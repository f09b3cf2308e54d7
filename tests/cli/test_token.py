"""`dossiers token`."""

from pathlib import Path

import jwt
import pytest
import urllib3

from tests.serving import Serving, dossiers, serve


def test_token_prints_a_token_of_the_user_and_nothing_else(served: Serving) -> None:
    ran = dossiers("token", "anna", "--data", served.directory)
    assert (ran.returncode, ran.stdout.count("\n"), ran.stderr) == (0, 1, "")
    assert jwt.decode(ran.stdout.strip(), options={"verify_signature": False})["sub"] == "anna"


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_a_token_printed_while_the_stack_is_stopped_is_accepted_when_it_serves_again(tmp_path: Path) -> None:
    with serve(tmp_path) as first:
        pass
    token = dossiers("token", "anna", "--data", first.directory)
    assert (token.returncode, token.stderr) == (0, "")
    with serve(tmp_path) as again:
        response = urllib3.request(
            "GET", f"{again.url}/api/v1/dossiers", headers={"Authorization": f"Bearer {token.stdout.strip()}"}
        )
        assert response.status == 200
