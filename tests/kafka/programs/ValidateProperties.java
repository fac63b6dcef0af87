import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Validates sets of server properties with the code that a broker runs when it starts.
 *
 * Reads one set per line, with tabs between name=value pairs. Prints a line with the name and the default of each
 * property, and then for each set "ok" or the error.
 */
public class ValidateProperties {
    public static void main(String[] arguments) throws Exception {
        Class<?> config = Class.forName("kafka.server.KafkaConfig");
        for (ConfigDef.ConfigKey key : definition(config).configKeys().values()) {
            boolean missing = key.defaultValue == null || key.defaultValue == ConfigDef.NO_DEFAULT_VALUE;
            String text = missing ? "" : ConfigDef.convertToString(key.defaultValue, key.type);
            System.out.println("default\t" + key.name + "\t" + text);
        }
        BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            Properties properties = new Properties();
            for (String pair : line.split("\t", -1)) {
                int separator = pair.indexOf('=');
                properties.setProperty(pair.substring(0, separator), pair.substring(separator + 1));
            }
            System.out.println("result\t" + validate(config, properties));
        }
    }

    private static String validate(Class<?> type, Properties properties) throws Exception {
        try {
            Object config = type.getMethod("fromProps", Properties.class).invoke(null, properties);
            new LogConfig((Map<?, ?>) type.getMethod("extractLogConfigMap").invoke(config));
            return "ok";
        } catch (InvocationTargetException error) {
            return String.valueOf(error.getCause()).replaceAll("\\s+", " ");
        } catch (RuntimeException error) {
            return error.toString().replaceAll("\\s+", " ");
        }
    }

    private static ConfigDef definition(Class<?> config) throws Exception {
        try {
            return (ConfigDef) config.getMethod("configDef").invoke(null);
        } catch (NoSuchMethodException error) { // since Kafka 4.0
            Class<?> base = Class.forName("org.apache.kafka.server.config.AbstractKafkaConfig");
            return (ConfigDef) base.getField("CONFIG_DEF").get(null);
        }
    }
}
