"""`python -m cli` is the program `dossiers`."""

import sys

from cli.main import main

sys.exit(main())
