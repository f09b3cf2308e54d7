"""The API calls published versions, which is what snapshots are of."""

from local import template

TEMPLATE = template.load()
FUNCTIONS = [found for found in TEMPLATE["Resources"].values() if found["Type"] == "AWS::Serverless::Function"]


def test_the_api_calls_the_newest_version_of_a_function() -> None:
    assert TEMPLATE["Globals"]["Function"]["AutoPublishAlias"]


def test_every_change_of_a_function_makes_a_version_of_its_layers_too() -> None:
    assert [found["Properties"]["AutoPublishAliasAllProperties"] for found in FUNCTIONS] == [True, True, True]


def test_snapshots_are_a_choice_and_off_by_default() -> None:
    assert TEMPLATE["Globals"]["Function"]["SnapStart"] == {"ApplyOn": {"Ref": "SnapStart"}}
    assert TEMPLATE["Parameters"]["SnapStart"]["Default"] == "None"
    assert TEMPLATE["Parameters"]["SnapStart"]["AllowedValues"] == ["None", "PublishedVersions"]
