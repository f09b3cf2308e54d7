"""The API calls published versions of the functions, of which SnapStart takes snapshots."""

from tests.deploy.stack import FUNCTIONS, SETTINGS, TEMPLATE


def test_the_api_calls_the_newest_version_of_a_function() -> None:
    # With an alias SAM publishes a version at each deployment and points the alias and the route at it.
    assert SETTINGS["AutoPublishAlias"] == "live"


def test_a_change_of_a_layer_or_of_the_environment_publishes_a_new_version() -> None:
    for function in FUNCTIONS.values():
        assert function["Properties"]["AutoPublishAliasAllProperties"] is True


def test_snapshots_are_optional_and_off_by_default() -> None:
    assert SETTINGS["SnapStart"] == {"ApplyOn": {"Ref": "SnapStart"}}
    assert TEMPLATE["Parameters"]["SnapStart"]["Default"] == "None"
    assert TEMPLATE["Parameters"]["SnapStart"]["AllowedValues"] == ["None", "PublishedVersions"]
