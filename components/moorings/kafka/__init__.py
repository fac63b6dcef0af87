"""What every Kafka speaks: listeners, connections, client settings. Values alone, no cloud."""
