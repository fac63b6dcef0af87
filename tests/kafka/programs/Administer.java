import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.*;
import org.apache.kafka.common.resource.*;

/**
 * Calls operations of Kafka's admin client. An argument "@file" names a file with the client settings of a user. Each of
 * the next arguments, "operation" or "operation:name", is called as this user, and a line is printed for it: the
 * argument, a space, and "allowed" or the class of the error.
 */
public class Administer {
    private interface Operation {
        KafkaFuture<?> call(Admin admin, String name) throws Exception;
    }

    private static final Map<String, Operation> OPERATIONS = new LinkedHashMap<>();

    static {
        OPERATIONS.put("describe-cluster", (admin, name) -> admin.describeCluster().nodes());
        OPERATIONS.put("describe-acls", (admin, name) -> admin.describeAcls(AclBindingFilter.ANY).values());
        OPERATIONS.put("describe-log-dirs", (admin, name) -> admin.describeLogDirs(List.of(1)).allDescriptions());
        OPERATIONS.put("describe-quotas", (admin, name) -> admin.describeClientQuotas(ClientQuotaFilter.all()).entities());
        OPERATIONS.put("describe-quorum", (admin, name) -> admin.describeMetadataQuorum().quorumInfo());
        OPERATIONS.put("list-reassignments", (admin, name) -> admin.listPartitionReassignments().reassignments());
        OPERATIONS.put("list-topics", (admin, name) -> found(admin.listTopics(new ListTopicsOptions().listInternal(true)).names(), name));
        OPERATIONS.put("list-groups", (admin, name) -> found(admin.listConsumerGroups().all().thenApply(
                groups -> groups.stream().map(ConsumerGroupListing::groupId).toList()), name));
        OPERATIONS.put("list-transactions", (admin, name) -> admin.listTransactions().all());
        OPERATIONS.put("describe-topic", (admin, name) -> admin.describeTopics(List.of(name)).allTopicNames());
        OPERATIONS.put("describe-producers", (admin, name) -> admin.describeProducers(List.of(partition(name))).all());
        OPERATIONS.put("topic-offsets", (admin, name) -> admin.listOffsets(Map.of(partition(name), OffsetSpec.latest())).all());
        OPERATIONS.put("describe-group", (admin, name) -> admin.describeConsumerGroups(List.of(name)).all());
        OPERATIONS.put("group-offsets", (admin, name) -> admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata());
        OPERATIONS.put("topic-configuration", (admin, name) -> admin.describeConfigs(List.of(topic(name))).all());
        OPERATIONS.put("broker-configuration", (admin, name) -> admin.describeConfigs(List.of(broker())).all());
        OPERATIONS.put("create-topic", (admin, name) -> admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all());
        OPERATIONS.put("add-partitions", (admin, name) -> admin.createPartitions(
                Map.of(name, NewPartitions.increaseTo(2)), new CreatePartitionsOptions().validateOnly(true)).all());
        OPERATIONS.put("delete-topic", (admin, name) -> admin.deleteTopics(List.of(name)).all());
        OPERATIONS.put("edit-topic", (admin, name) -> configure(admin, topic(name), "retention.ms", "3600000"));
        OPERATIONS.put("truncate-topic", (admin, name) -> admin.deleteRecords(
                Map.of(partition(name), RecordsToDelete.beforeOffset(0))).all());
        OPERATIONS.put("edit-broker", (admin, name) -> configure(admin, broker(), "log.cleaner.threads", "1"));
        OPERATIONS.put("unregister-broker", (admin, name) -> admin.unregisterBroker(99).all());
        OPERATIONS.put("edit-quota", (admin, name) -> admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                new ClientQuotaEntity(Map.of("client-id", "administer")),
                List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1e12))))).all());
        OPERATIONS.put("edit-acl", (admin, name) -> admin.createAcls(List.of(new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "administer", PatternType.LITERAL),
                new AccessControlEntry("User:administer", "*", AclOperation.READ, AclPermissionType.ALLOW)))).all());
        OPERATIONS.put("elect-leader", (admin, name) -> admin.electLeaders(
                ElectionType.PREFERRED, Set.of(partition(name))).all());
        OPERATIONS.put("alter-reassignments", (admin, name) -> admin.alterPartitionReassignments(
                Map.of(partition(name), Optional.of(new NewPartitionReassignment(List.of(1))))).all());
        OPERATIONS.put("edit-group", (admin, name) -> admin.alterConsumerGroupOffsets(
                name.split("=")[0], Map.of(partition(name.split("=")[1]), new OffsetAndMetadata(0))).all());
        OPERATIONS.put("delete-group-offsets", (admin, name) -> admin.deleteConsumerGroupOffsets(
                name.split("=")[0], Set.of(partition(name.split("=")[1]))).all());
        OPERATIONS.put("delete-group", (admin, name) -> admin.deleteConsumerGroups(List.of(name)).all());
        OPERATIONS.put("fence-producer", (admin, name) -> admin.fenceProducers(List.of(name)).all());
        OPERATIONS.put("abort-transaction", (admin, name) -> admin.abortTransaction(
                new AbortTransactionSpec(partition(name), 1000, (short) 0, 0)).all());
    }

    public static void main(String[] arguments) throws Exception {
        Admin admin = null;
        for (String argument : arguments) {
            if (argument.startsWith("@")) {
                if (admin != null) {
                    admin.close();
                }
                admin = create(Path.of(argument.substring(1)));
            } else {
                String[] parts = argument.split(":", 2);
                String result = result(admin, OPERATIONS.get(parts[0]), parts[parts.length - 1]);
                System.out.println(argument + " " + result);
            }
        }
        admin.close();
    }

    private static Admin create(Path file) throws Exception {
        Properties settings = new Properties();
        try (InputStream text = Files.newInputStream(file)) {
            settings.load(text);
        }
        settings.put("default.api.timeout.ms", "20000");
        settings.put("request.timeout.ms", "10000");
        return Admin.create(settings);
    }

    private static String result(Admin admin, Operation operation, String name) {
        try {
            operation.call(admin, name).get();
            return "allowed";
        } catch (Exception error) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            return cause.getClass().getSimpleName();
        }
    }

    /** Fails if a listing lacks a name: brokers leave out what the user may not describe, without an error. */
    private static KafkaFuture<?> found(KafkaFuture<? extends Collection<String>> listing, String name) {
        return listing.thenApply(names -> {
            if (!names.contains(name)) {
                throw new MissingException();
            }
            return null;
        });
    }

    private static class MissingException extends RuntimeException {}

    private static KafkaFuture<?> configure(Admin admin, ConfigResource resource, String name, String value) {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        return admin.incrementalAlterConfigs(Map.of(resource, new ArrayList<>(List.of(change)))).all();
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static ConfigResource broker() {
        return new ConfigResource(ConfigResource.Type.BROKER, "1");
    }

    private static TopicPartition partition(String topic) {
        return new TopicPartition(topic, 0);
    }
}
