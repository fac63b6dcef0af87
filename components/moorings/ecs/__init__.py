"""Amazon ECS on Fargate: a service of which there is exactly one."""
