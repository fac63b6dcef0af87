"""Access to names of the Pulumi SDK that are not part of its public API."""
