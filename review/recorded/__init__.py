"""The fixtures part: find out how a change affects the decoding of recorded bodies."""
