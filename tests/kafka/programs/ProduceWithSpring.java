import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * A Spring Boot application that produces a record to the topic in its argument. It has no settings of its own: Spring Boot
 * reads them from the environment. Prints "allowed", or the error.
 */
@EnableAutoConfiguration
public class ProduceWithSpring {
    public static void main(String[] arguments) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(ProduceWithSpring.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF);
        try (ConfigurableApplicationContext context = application.run()) {
            @SuppressWarnings("unchecked")
            KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
            template.send(arguments[0], "spring").get();
            System.out.println("allowed");
        } catch (Exception error) {
            List<String> messages = new ArrayList<>();
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                messages.add(cause.toString());
            }
            System.out.println(String.join("; ", messages));
        }
    }
}
