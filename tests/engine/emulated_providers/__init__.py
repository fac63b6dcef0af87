"""Emulated resource providers, which a real Pulumi engine runs instead of the real ones.

They store resources in a folder, reject the same inputs as the service, and replace resources on the same changes as
the real provider. ``python -m emulated_providers aws <version>`` runs one. ``emulated_providers.install`` installs them
as plugins of the engine.
"""
