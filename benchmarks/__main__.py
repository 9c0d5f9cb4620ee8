"""`python -m benchmarks [intake] [night] [pages] [writes]`: every measurement, or those named, one after another."""

import subprocess
import sys

PARTS = ("intake", "night", "pages", "writes")

if __name__ == "__main__":
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"There is no measurement {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}.")
    sys.exit(
        max(subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], check=False).returncode for part in wanted)
    )
