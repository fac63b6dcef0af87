"""Checks of arguments: plain values when they are created, Outputs when they resolve."""
