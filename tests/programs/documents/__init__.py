"""Whether the pipeline holds for other people's documents: `make documents` generates, type-checks and drives each."""
