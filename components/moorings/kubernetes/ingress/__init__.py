"""WorkloadIngress: one session policy, and one file per ingress controller that renders it."""
