package io.sluice.gateway.start;

import io.sluice.routing.topology.NodeAddress;
import java.util.stream.Collectors;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Tells whoever started the gateway where it is and what to try first. */
@Component
final class Welcome implements ApplicationListener<ApplicationReadyEvent> {

    private final Databases databases;
    private final Environment environment;

    Welcome(Databases databases, Environment environment) {
        this.databases = databases;
        this.environment = environment;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        String base = "http://localhost:" + environment.getProperty("local.server.port");
        System.out.println(servers());
        System.out.println("Sluice answers at " + base + ", for the operator at http://localhost:"
                + environment.getProperty("local.management.port") + "/actuator/health");
        if (databases.embedded()) {
            NodeAddress primary = databases.primary();
            System.out.println("psql 'postgresql://" + primary.user() + ":" + primary.password() + "@" + primary.name()
                    + "/" + primary.database() + "'");
            System.out.println(firstSteps(base));
        }
    }

    private String servers() {
        return "primary " + databases.primary() + ", "
                + databases.replicas().stream()
                        .map(replica -> "replica " + replica)
                        .collect(Collectors.joining(", "));
    }

    private static String firstSteps(String base) {
        return """

                Try:
                  curl '%1$s/rest/v1/orders?select=id,item,amount&customer_id=eq.42&order=id&limit=2'
                  curl -H 'Accept: application/x-ndjson' '%1$s/rest/v1/orders?select=id,amount,status&limit=3'
                  curl -H 'Content-Type: application/json' -d '%2$s' %1$s/ledger/v1/transfers
                """.formatted(base, DemoData.TRANSFER);
    }
}
