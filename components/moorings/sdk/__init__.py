"""Access to private names of the Pulumi SDK, and to the call stack."""
