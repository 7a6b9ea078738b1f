"""`python -m cli`, from the repository root, and what the script `gatehouse` runs from anywhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "shared"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from cli.main import main

sys.exit(main())
