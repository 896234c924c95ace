package io.sluice.gateway.idempotency;

import io.sluice.transactions.idempotency.IdempotencyStore;
import io.sluice.transactions.tx.TransactionTemplate;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/** The store of kept answers, and its expiry while the gateway runs. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdempotencySettings.class)
class IdempotencyConfiguration {

    private static final Duration RENEWAL = Duration.ofMinutes(30);

    @Bean
    IdempotencyStore idempotencyStore(TransactionTemplate transactions, IdempotencySettings settings) {
        return new IdempotencyStore(transactions, settings.keep());
    }

    @Bean
    SmartLifecycle idempotencyExpiry(IdempotencyStore store) {
        return new Renewal(store);
    }

    private static final class Renewal implements SmartLifecycle {

        private final IdempotencyStore store;
        private final Disposable.Swap running = Disposables.swap();
        private volatile boolean started;

        Renewal(IdempotencyStore store) {
            this.store = store;
        }

        @Override
        public void start() {
            started = true;
            running.update(store.startExpiry(RENEWAL, Schedulers.parallel()));
        }

        @Override
        public void stop() {
            started = false;
            running.update(Disposables.disposed());
        }

        @Override
        public boolean isRunning() {
            return started;
        }
    }
}
