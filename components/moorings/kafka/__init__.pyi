from moorings.kafka.acls import KafkaAcl as KafkaAcl
from moorings.kafka.connection import KafkaConnection as KafkaConnection
from moorings.kafka.permissions import KafkaPermissions as KafkaPermissions
from moorings.kafka.pulumi_kafka import acl_resources as acl_resources
from moorings.kafka.pulumi_kafka import kafka_provider as kafka_provider
from moorings.kafka.pulumi_kafka import quota_resources as quota_resources
from moorings.kafka.quotas import KafkaQuota as KafkaQuota
from moorings.kafka.topics import KafkaTopic as KafkaTopic
