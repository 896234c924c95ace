package io.sluice.routing.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.sluice.routing.RoutingConfiguration;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.micrometer.RoutingMetrics;
import io.sluice.routing.micrometer.RoutingObservations;
import io.sluice.routing.spring.RoutingTransactionManager;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.NodeHints;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.ReactiveTransactionManager;

/** Properties in, beans out. Nothing listens on the nodes: what is made from them does not wait for them. */
class RoutingAutoConfigurationTests {

    private static final String NODE = "sluice.routing.nodes=postgresql://app:s3cret@127.0.0.1:1/shop";

    private final ApplicationContextRunner boot = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    RoutingAutoConfiguration.class,
                    RoutingHealthAutoConfiguration.class,
                    RoutingMetricsAutoConfiguration.class,
                    RoutingTransactionAutoConfiguration.class));

    @Test
    void aListOfNodesIsEnough() {
        boot.withPropertyValues(NODE).run(context -> assertThat(context)
                .hasSingleBean(RoutingConnectionFactory.class)
                .hasSingleBean(RoutingTransactionManager.class)
                .hasSingleBean(RoutingMetrics.class)
                .hasBean("routingHealthIndicator"));
    }

    @Test
    void withoutTheLibrariesTheirBeansAreMissingAndNothingElse() {
        boot.withPropertyValues(NODE)
                .withClassLoader(new FilteredClassLoader(
                        R2dbcTransactionManager.class, MeterRegistry.class, ReactiveHealthIndicator.class))
                .run(context -> assertThat(context)
                        .hasSingleBean(RoutingConnectionFactory.class)
                        .doesNotHaveBean(ReactiveTransactionManager.class)
                        .doesNotHaveBean(RoutingMetrics.class)
                        .doesNotHaveBean("routingHealthIndicator"));
    }

    @Test
    void everyBeanGivesWayToTheUsersOwn() {
        boot.withPropertyValues(NODE)
                .withBean(
                        ConnectionFactory.class, () -> ConnectionFactories.get("r2dbc:postgresql://u:p@127.0.0.1:1/d"))
                .withBean(
                        R2dbcTransactionManager.class,
                        () -> new R2dbcTransactionManager(
                                ConnectionFactories.get("r2dbc:postgresql://u:p@127.0.0.1:1/d")))
                .run(context -> assertThat(context)
                        .hasSingleBean(ConnectionFactory.class)
                        .doesNotHaveBean(RoutingConnectionFactory.class)
                        .doesNotHaveBean(RoutingTransactionManager.class)
                        .doesNotHaveBean(RoutingMetrics.class));
    }

    @Test
    void canBeSwitchedOff() {
        boot.withPropertyValues("sluice.routing.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ConnectionFactory.class));
        boot.withPropertyValues(NODE, "management.health.routing.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("routingHealthIndicator"));
    }

    @Test
    void whereSomebodyObservesTheRouterIsObserved() {
        boot.withConfiguration(AutoConfigurations.of(RoutingObservationAutoConfiguration.class))
                .withPropertyValues(NODE)
                .withBean(ObservationRegistry.class, ObservationRegistry::create)
                .withBean(
                        RoutingBuilderCustomizer.class,
                        () -> builder ->
                                assertThat(builder.configuration().observer()).isInstanceOf(RoutingObservations.class))
                .run(context -> assertThat(context).hasSingleBean(RoutingObservations.class));
    }

    @Test
    void beansOfTheUserChangeWhatTheRouterIsBuiltFrom() {
        AtomicReference<RoutingConfiguration> seen = new AtomicReference<>();
        LoadBalancer mine = candidates -> 0;
        boot.withPropertyValues(NODE)
                .withBean(LoadBalancer.class, () -> mine)
                .withBean(
                        RoutingBuilderCustomizer.class,
                        () -> builder -> seen.set(builder.maxSize(3).configuration()))
                .run(context -> assertThat(context).hasSingleBean(RoutingConnectionFactory.class));

        assertThat(seen.get().balancer()).isSameAs(mine);
        assertThat(seen.get().pool().maxSize()).isEqualTo(3);
    }

    @Test
    void theDefaultsAreTheBuilders() {
        RoutingConfiguration bound = bind(Map.of("nodes", "postgresql://u@h"));
        RoutingConfiguration built = RoutingConnectionFactory.builder()
                .node(NodeAddress.parse("postgresql://u@h"))
                .configuration();

        assertThat(bound)
                .usingRecursiveComparison()
                .ignoringFields("driver", "hints", "balancer")
                .isEqualTo(built);
        assertThat(bound.balancer()).hasSameClassAs(built.balancer());
        assertThat(bound.hints()).containsExactly(Map.entry("h:5432", NodeHints.NONE));
    }

    @Test
    void usersAndHintsOfNodesHavePropertiesOfTheirOwn() {
        RoutingConfiguration bound = bind(Map.of(
                "nodes", "postgresql://a/shop,postgresql://other:x@b:6432/shop",
                "username", "app",
                "password", "p@ss/word",
                "zone", "east",
                "hints.[b:6432].zone", "east",
                "hints.[b:6432].weight", "2"));

        assertThat(bound.nodes().get(0).user()).isEqualTo("app");
        assertThat(bound.nodes().get(0).password()).isEqualTo("p@ss/word");
        assertThat(bound.nodes().get(1).user()).isEqualTo("other");
        assertThat(bound.hints()).containsEntry("b:6432", new NodeHints("east", 2));
    }

    @Test
    void withoutNodesTheAnswerSaysWhatToWrite() {
        fails(new String[0], "sluice.routing.nodes", "no server", "sluice.routing.nodes=postgresql://user:password@");
    }

    @Test
    void aUrlThatIsNoneIsShownWithoutItsPassword() {
        FailureAnalysis analysis = fails(
                new String[] {"sluice.routing.nodes=postgresql://a:b@h/d,postgres://app:s3/cr@t@host:5432/shop"},
                "sluice.routing.nodes[1]",
                "Value: \"postgres://app:***@host:5432/shop\"",
                "%2F");
        assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain("cr@t");
    }

    @Test
    void aNodeThatIsNamedTwiceIsRefused() {
        fails(
                new String[] {"sluice.routing.nodes=postgresql://a:b@h/d,postgresql://a:b@h:5432/d"},
                "sluice.routing.nodes[1]",
                "h:5432 is configured twice",
                "once");
    }

    @Test
    void aHintForNobodyIsRefused() {
        assertThatThrownBy(() -> bind(Map.of("nodes", "postgresql://u@a:1", "hints.[b:1].weight", "2")))
                .hasMessage("sluice.routing.hints[b:1]: there is no such node")
                .extracting(error -> ((InvalidRoutingPropertyException) error).wayOut())
                .isEqualTo("Write the name of one of [a:1].");
    }

    @Test
    void aSettingThatMakesNoSenseIsNamedWithItsValue() {
        fails(
                new String[] {NODE, "sluice.routing.pool.max-size=0"},
                "Property: sluice.routing.pool.max-size",
                "Value: \"0\"",
                "default");
        fails(
                new String[] {NODE, "sluice.routing.acquire-timeout=0s"},
                "Property: sluice.routing.acquire-timeout",
                "Value: \"PT0S\"",
                "default");
        fails(
                new String[] {NODE, "sluice.routing.retries.share=1.5"},
                "Property: sluice.routing.retries.share",
                "Value: \"1.5\"",
                "default");
    }

    @Test
    void anUnknownBalancerIsAnsweredWithThoseThatThereAre() {
        fails(
                new String[] {NODE, "sluice.routing.balancer=fastest"},
                "Property: sluice.routing.balancer",
                "Value: \"fastest\"",
                "PEAK_EWMA");
    }

    private FailureAnalysis fails(String[] properties, String property, String reason, String action) {
        AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
        AtomicReference<GenericApplicationContext> source = new AtomicReference<>();
        boot.withPropertyValues(properties)
                .withInitializer(context -> source.set((GenericApplicationContext) context))
                .run(context -> analysis.set(analysis(context.getStartupFailure(), source.get())));
        assertThat(analysis.get().getDescription()).contains(property).contains(reason);
        assertThat(analysis.get().getAction()).contains(action);
        return analysis.get();
    }

    /** What Spring Boot would print: the answer of the first analyzer that knows the failure. */
    private static FailureAnalysis analysis(@Nullable Throwable failure, GenericApplicationContext source) {
        assertThat(failure).isNotNull();
        ArgumentResolver arguments = ArgumentResolver.of(BeanFactory.class, source.getDefaultListableBeanFactory())
                .and(Environment.class, source.getEnvironment());
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, arguments, (type, name, e) -> {})
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody knows this failure", failure));
    }

    private static RoutingConfiguration bind(Map<String, String> properties) {
        RoutingProperties bound = new Binder(new MapConfigurationPropertySource(properties.entrySet().stream()
                        .collect(Collectors.toMap(entry -> "sluice.routing." + entry.getKey(), Map.Entry::getValue))))
                .bindOrCreate("sluice.routing", Bindable.of(RoutingProperties.class));
        return new RoutingSettings(bound).builder(null).configuration();
    }
}
