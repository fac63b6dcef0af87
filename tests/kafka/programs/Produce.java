import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Produces a record with the Java client for each pair of a topic and a file with client settings, and prints a line for
 * each: "allowed", or the errors. The files are read as Kafka's tools read them.
 */
public class Produce {
    public static void main(String[] arguments) throws Exception {
        for (int index = 0; index < arguments.length; index += 2) {
            Properties settings = new Properties();
            try (InputStream file = Files.newInputStream(Path.of(arguments[index + 1]))) {
                settings.load(file);
            }
            System.out.println(produce(arguments[index], settings));
        }
    }

    private static String produce(String topic, Properties settings) {
        settings.put("max.block.ms", "20000");
        StringSerializer serializer = new StringSerializer();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, serializer, serializer)) {
            producer.send(new ProducerRecord<>(topic, "java")).get();
            return "allowed";
        } catch (Exception error) {
            List<String> messages = new ArrayList<>();
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                messages.add(cause.toString().replace("\n", " "));
            }
            return String.join("; ", messages);
        }
    }
}
