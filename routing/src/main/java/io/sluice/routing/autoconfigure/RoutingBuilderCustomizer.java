package io.sluice.routing.autoconfigure;

import io.sluice.routing.RoutingConnectionFactoryBuilder;

/** Beans of this kind change what the properties have said: codecs, TLS, what no property stands for. */
@FunctionalInterface
public interface RoutingBuilderCustomizer {

    void customize(RoutingConnectionFactoryBuilder builder);
}
