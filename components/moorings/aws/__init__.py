"""AWS building blocks that several services share."""
