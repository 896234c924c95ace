package io.sluice.gateway.stream;

import io.r2dbc.spi.Statement;
import io.sluice.routing.RoutedConnection;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;

/** The same for rows that the driver hands out. */
class DriverRowsIntegrationTests extends RowStreamIntegrationTests {

    @Override
    Flux<Publisher<DataBuffer>> rows(RowStream stream, Statement statement, RoutedConnection connection) {
        return stream.rows(statement);
    }
}
