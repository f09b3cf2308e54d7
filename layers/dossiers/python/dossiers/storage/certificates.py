"""Which certificate authorities a connection to DynamoDB trusts."""

import os
import ssl
from pathlib import Path

AMAZON_ROOTS = Path("/opt/python/amazon-roots.pem")
"""Five certificates, taken out of botocore's 126 by packaging/trim.py: to load all 126 is a tenth of a cold start."""

# The endpoints of the partitions `aws` and `aws-us-gov`, and of no other.
_SIGNED_BY_AMAZON = (".amazonaws.com", ".api.aws")


def context(host: str, configured: str | None = None) -> ssl.SSLContext:
    """What a connection to `host` trusts.

    In this order: the file `configured`; the file that AWS_CA_BUNDLE or REQUESTS_CA_BUNDLE names; Amazon's own root
    certificates, for the endpoints that they sign, where the layer has brought them; botocore's bundle.
    https://www.amazontrust.com/repository
    """
    file = configured or os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
    if not file and host.endswith(_SIGNED_BY_AMAZON) and AMAZON_ROOTS.is_file():
        file = str(AMAZON_ROOTS)
    if not file:
        from botocore.httpsession import get_cert_path  # noqa: PLC0415 - loads botocore, which a read does without

        file = get_cert_path(True)
    return ssl.create_default_context(cafile=file)
