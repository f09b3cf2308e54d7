"""Keeps what libraries log at WARNING and above, whatever the environment asks for.

botocore, urllib3 and Powertools log requests, responses and the headers that sign them at DEBUG. On Lambda the setting
AWS_LAMBDA_LOG_LEVEL sets the level of the root logger, which every library's logger inherits.
"""

import logging

LIBRARIES = ("asyncio", "aws_lambda_powertools", "bcdocs", "botocore", "concurrent", "urllib3")
"""The loggers at the top of every library that a function loads."""


def quieten() -> None:
    """Set the logger of each library to WARNING, or leave it at a higher level.

    To be called after the import of Powertools: with POWERTOOLS_DEBUG in the environment, the import sets Powertools'
    logger to DEBUG. The other libraries need not be loaded yet.
    """
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
