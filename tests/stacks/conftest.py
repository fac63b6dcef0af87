"""What tests of stacks need."""

import warnings

import pulumi_aws

with warnings.catch_warnings():  # pulumi-aws warns of its own deprecated classes while it is imported
    warnings.simplefilter("ignore")
    _ = pulumi_aws.s3.Bucket
