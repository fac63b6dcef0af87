"""A VPC with public and private subnets."""
