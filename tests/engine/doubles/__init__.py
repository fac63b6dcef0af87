"""Doubles of resource providers, which the real engine drives as it drives the real ones.

They hold a cloud in a folder, refuse what the service refuses, and replace what the provider replaces. ``python -m doubles aws``
is a provider; ``doubles.install`` puts them where the engine looks for plugins.
"""
