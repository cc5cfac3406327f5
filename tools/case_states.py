"""Write docs/case-states.md from the state tables."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.cases.diagram import document  # noqa: E402 - the path to it is set above

if __name__ == "__main__":
    (ROOT / "docs" / "case-states.md").write_text(document(), encoding="utf-8")
