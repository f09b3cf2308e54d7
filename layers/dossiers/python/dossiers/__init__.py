"""Patient dossiers: who may see which, found by the words of a name or by the EPD's own identifier, created exactly
once.

Dependencies run one way: functions -> api -> usecases -> storage -> domain.
"""

import gc
import os


def is_on_lambda() -> bool:
    """Whether this process is a function's on Lambda, or is to behave like one."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


if is_on_lambda():
    # Modules are loaded without collecting garbage: there is none yet, and looking for it is a seventh of a cold start.
    # api/cold_start.py turns it on again.
    gc.disable()
