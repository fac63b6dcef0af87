"""kPow on Fargate and on Kubernetes."""
