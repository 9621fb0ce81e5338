"""The private runtime that generated packages share; public modules beside it re-export its names."""
