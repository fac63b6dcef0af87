"""One module per ingress controller."""
