"""The fixtures part: what a change makes of recorded bodies."""
