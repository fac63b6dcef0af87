"""Emulated resource providers, which a real Pulumi engine runs instead of the real ones.

They store resources in a folder, reject what the service rejects, and replace what the provider replaces. ``python
-m emulated_providers aws`` runs one; ``emulated_providers.install`` installs them as plugins of the engine.
"""
