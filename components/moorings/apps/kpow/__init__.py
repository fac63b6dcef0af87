"""kPow, a user interface for Kafka, on ECS/Fargate and on Kubernetes."""
