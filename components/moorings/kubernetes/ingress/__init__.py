"""Ingresses that keep a session on one pod: one policy, and one file for each controller that renders it."""
