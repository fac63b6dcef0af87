"""IDs and names of AWS resources as argument types, except ARNs. For use inside ``Input``: ``Input[SubnetId]``."""

from typing import Annotated

from moorings.validation.types import matches

_ID = r"(?:[0-9a-f]{8}|[0-9a-f]{17})"

VpcId = Annotated[str, matches("a VPC ID", f"vpc-{_ID}", "vpc-0d1c7a52e8b94f360")]
SubnetId = Annotated[str, matches("a subnet ID", f"subnet-{_ID}", "subnet-0a4e21f7c93d58b06")]
SecurityGroupId = Annotated[str, matches("a security group ID", f"sg-{_ID}", "sg-0b92d7f4a1e63c508")]
PrefixListId = Annotated[str, matches("a prefix list ID", f"pl-{_ID}", "pl-0b92d7f4a1e63c508")]
ElasticIpAllocationId = Annotated[
    str, matches("the allocation ID of an Elastic IP address", f"eipalloc-{_ID}", "eipalloc-0b92d7f4a1e63c508")
]
FileSystemId = Annotated[str, matches("an EFS file system ID", f"fs-{_ID}", "fs-0b92d7f4a1e63c508")]
AccessPointId = Annotated[str, matches("an EFS access point ID", f"fsap-{_ID}", "fsap-0b92d7f4a1e63c508")]
"""IDs have 8 hexadecimal digits in resources from before 2018, and 17 since.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
"""

AccountId = Annotated[str, matches("an AWS account ID", "[0-9]{12}", "123456789012")]
"""Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html"""

HostedZoneId = Annotated[str, matches("a Route 53 hosted zone ID", "[A-Z0-9]{1,32}", "Z0123456789ABCDEFGHIJ")]
"""Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html"""

BucketName = Annotated[str, matches("an S3 bucket name (not an ARN)", "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "acme-logs")]
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
