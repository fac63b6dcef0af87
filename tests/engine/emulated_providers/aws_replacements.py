"""Properties whose change replaces a resource, and names that the provider generates, as of pulumi-aws 7.51.

Source: "ForceNew" and "RequiresReplace" in
https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service
"""

ANY_PROPERTY = "*"
"""Every property except tags."""

_NAMES = "name namePrefix"

REPLACED_BY = {
    type_: frozenset(paths.split())
    for type_, paths in {
        "aws:acm/certificate:Certificate": "domainName validationMethod subjectAlternativeNames keyAlgorithm",
        "aws:appautoscaling/policy:Policy": "name resourceId scalableDimension serviceNamespace",
        "aws:appautoscaling/target:Target": "resourceId scalableDimension serviceNamespace",
        "aws:cloudwatch/eventTarget:EventTarget": "rule targetId eventBusName",
        "aws:cloudwatch/logGroup:LogGroup": f"{_NAMES} logGroupClass",
        "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
        "aws:ec2/eip:Eip": "address publicIpv4Pool networkBorderGroup",
        "aws:ec2/natGateway:NatGateway": "subnetId allocationId connectivityType privateIp",
        "aws:ec2/route:Route": "routeTableId destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId",
        "aws:ec2/routeTable:RouteTable": "vpcId",
        "aws:ec2/routeTableAssociation:RouteTableAssociation": "subnetId gatewayId",
        "aws:ec2/securityGroup:SecurityGroup": f"{_NAMES} description vpcId",
        "aws:ec2/subnet:Subnet": "vpcId cidrBlock availabilityZone availabilityZoneId ipv6Native outpostArn",
        "aws:ec2/vpc:Vpc": "cidrBlock ipv4IpamPoolId",
        "aws:ec2/vpcEndpoint:VpcEndpoint": "vpcId serviceName vpcEndpointType",
        "aws:ecs/service:Service": "cluster name launchType schedulingStrategy deploymentController.type iamRole",
        "aws:ecs/taskDefinition:TaskDefinition": ANY_PROPERTY,
        "aws:iam/policy:Policy": f"{_NAMES} path description",
        "aws:iam/role:Role": f"{_NAMES} path",
        "aws:iam/rolePolicy:RolePolicy": f"{_NAMES} role",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ANY_PROPERTY,
        "aws:kms/key:Key": "customerMasterKeySpec keyUsage multiRegion customKeyStoreId xksKeyId",
        "aws:lb/listener:Listener": "loadBalancerArn",
        "aws:lb/listenerCertificate:ListenerCertificate": ANY_PROPERTY,
        "aws:lb/listenerRule:ListenerRule": "listenerArn",
        "aws:lb/loadBalancer:LoadBalancer": f"{_NAMES} internal loadBalancerType",
        "aws:lb/targetGroup:TargetGroup": f"{_NAMES} port protocol protocolVersion targetType vpcId ipAddressType",
        "aws:msk/cluster:Cluster": (
            "clusterName brokerNodeGroupInfo.azDistribution brokerNodeGroupInfo.clientSubnets "
            "brokerNodeGroupInfo.securityGroups encryptionInfo.encryptionAtRestKmsKeyArn "
            "encryptionInfo.encryptionInTransit.inCluster"
        ),
        "aws:msk/clusterPolicy:ClusterPolicy": "clusterArn",
        "aws:msk/configuration:Configuration": "name kafkaVersions",
        "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation": ANY_PROPERTY,
        "aws:msk/topic:Topic": "clusterArn name replicationFactor",
        "aws:msk/vpcConnection:VpcConnection": ANY_PROPERTY,
        "aws:route53/record:Record": "zoneId name type setIdentifier",
        "aws:route53/zone:Zone": "name delegationSetId",
        "aws:s3/bucket:Bucket": "bucket bucketPrefix objectLockEnabled",
        "aws:secretsmanager/secretPolicy:SecretPolicy": "secretArn",
        "aws:secretsmanager/secretVersion:SecretVersion": "secretId secretString secretBinary secretStringWoVersion",
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": "name vpc",
        "aws:servicediscovery/service:Service": "name namespaceId",
        "aws:sns/topic:Topic": f"{_NAMES} fifoTopic",
        "aws:sns/topicPolicy:TopicPolicy": "arn",
        "aws:sns/topicSubscription:TopicSubscription": "topicArn protocol endpoint",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "securityGroupId",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "securityGroupId",
    }.items()
}
DEFAULT_REPLACED_BY = frozenset(_NAMES.split())
"""For types that are not in the table."""

NAMED_BY_PROVIDER = {
    "aws:ecs/cluster:Cluster": ("name", 255),
    "aws:iam/role:Role": ("name", 64),
    "aws:kms/alias:Alias": ("name", 256),
    "aws:lb/loadBalancer:LoadBalancer": ("name", 32),
    "aws:lb/targetGroup:TargetGroup": ("name", 32),
    "aws:msk/cluster:Cluster": ("clusterName", 64),
    "aws:s3/bucket:Bucket": ("bucket", 63),
}
"""Input for which the provider generates a name, and the maximum length of the name."""

DEFAULT_NAMED_BY_PROVIDER = ("name", 255)
"""For types that are not in the table, if they have this input and do not require it."""

NOT_NAMED_BY_PROVIDER = frozenset({"aws:route53/record:Record"})


def replaces(type_: str, path: str) -> bool:
    """Whether changing the property at this path replaces a resource of the type."""
    keys = REPLACED_BY.get(type_, DEFAULT_REPLACED_BY)
    if ANY_PROPERTY in keys:
        return not path.startswith(("tags", "skipDestroy", "trackLatest", "region"))
    dotted_path = path.replace("[", ".[")
    return any(dotted_path == key or dotted_path.startswith(f"{key}.") for key in keys)
