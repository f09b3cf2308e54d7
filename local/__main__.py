"""`python -m local` is `dossiers`."""

import sys

from local.cli import main

sys.exit(main())
