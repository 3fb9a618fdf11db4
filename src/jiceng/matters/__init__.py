"""Whatever moves in steps from one person to the next: flows from packs, dispatches, clocks, one timeline."""
