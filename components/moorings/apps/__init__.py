"""Applications for Kafka, set up as their vendors say."""
