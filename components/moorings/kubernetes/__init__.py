"""Workloads on Kubernetes, and how traffic reaches them."""
