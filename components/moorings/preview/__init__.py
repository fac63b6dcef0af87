"""Preview of Pulumi programs without an engine: plans, comparisons, reports and the command line."""
