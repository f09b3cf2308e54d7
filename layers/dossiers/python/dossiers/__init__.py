"""Patient dossiers: who may see which, found by the words of a name or by the EPD's own identifier, created exactly
once.

Dependencies run one way: functions -> api -> usecases -> storage -> domain.
"""

import gc
import os


def is_on_lambda() -> bool:
    """Whether this is the process of a function on Lambda, or has to behave like one."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


if is_on_lambda():
    # Loading modules makes no garbage, and to look for it takes a seventh of a cold start. api/cold_start.py enables
    # the collector again.
    gc.disable()
