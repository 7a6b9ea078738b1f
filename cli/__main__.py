"""`python -m cli`, from the repository root: the `gatehouse` command without an installation."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "shared"))

from cli.main import main

sys.exit(main())
