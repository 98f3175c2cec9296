"""Benchmarks: this program against others that use the same encoder, and against the bare libraries, in one run."""
