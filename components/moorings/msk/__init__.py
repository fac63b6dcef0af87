"""Amazon MSK: provisioned clusters whose users can log in."""
