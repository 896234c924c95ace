package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoutingConnectionFactoryProviderTests {

    @Test
    void aUrlNamesEveryServer() {
        assertThat(RoutingConnectionFactoryProvider.nodes(options("u:p%40ss@h1:1,h2:2,h3/db")))
                .extracting(NodeAddress::name, NodeAddress::database, NodeAddress::user, NodeAddress::password)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("h1:1", "db", "u", "p@ss"),
                        org.assertj.core.api.Assertions.tuple("h2:2", "db", "u", "p@ss"),
                        org.assertj.core.api.Assertions.tuple("h3:5432", "db", "u", "p@ss"));
    }

    @Test
    void oneServerMayHaveItsPort() {
        assertThat(RoutingConnectionFactoryProvider.nodes(options("u@h1:6543/db")))
                .extracting(NodeAddress::name)
                .containsExactly("h1:6543");
    }

    @Test
    void theDriverIsFoundByItsName() {
        RoutingConnectionFactory factory = (RoutingConnectionFactory)
                ConnectionFactories.get("r2dbc:routing:postgresql://u:p@127.0.0.1:1/db?maxSize=3");

        assertThat(factory.state().nodes())
                .singleElement()
                .satisfies(node -> assertThat(node.pool().max()).isEqualTo(3));
        factory.close().block(Duration.ofSeconds(30));
    }

    @Test
    void anOptionThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> new RoutingConnectionFactoryProvider().create(options("u@h/db?acquireTimeout=fast")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option acquireTimeout=fast cannot be read");
    }

    private static ConnectionFactoryOptions options(String url) {
        return ConnectionFactoryOptions.parse("r2dbc:routing:postgresql://" + url);
    }
}
