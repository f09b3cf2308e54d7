"""README.md: the picture of the request flow has every route of the template, beside its function."""

import re

from tests.docs.markdown import blocks, read, section
from tests.routes import API_ROUTES

(PICTURE,) = blocks(section(read("README.md"), "Request flow"), "text")


def test_the_picture_has_every_route_beside_its_function() -> None:
    shown = {
        (method, f"/api/v1{path}", function)
        for method, paths, function in re.findall(r"── ([A-Z]+) +(/.+?) +functions/(\w+)$", PICTURE, re.MULTILINE)
        for path in paths.split(", ")
    }
    assert shown == {(route.method, route.path, route.code.name) for route in API_ROUTES}
