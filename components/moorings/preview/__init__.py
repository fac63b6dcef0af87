"""A program without an engine: what it would make, shown to a reviewer."""
