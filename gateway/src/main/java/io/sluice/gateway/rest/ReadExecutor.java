package io.sluice.gateway.rest;

import io.r2dbc.spi.Statement;
import io.sluice.gateway.execute.FrameValues;
import io.sluice.gateway.execute.Statements;
import io.sluice.gateway.query.Page;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.stream.JsonColumns;
import io.sluice.gateway.stream.RowStream;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;

/** Runs plans on a node for reading and streams their rows. */
@Component
final class ReadExecutor {

    private final RoutingConnectionFactory routing;
    private final SqlRenderer renderer = new SqlRenderer(JsonColumns::direct);

    ReadExecutor(RoutingConnectionFactory routing) {
        this.routing = routing;
    }

    ServerResponse answer(ReadPlan plan, ReadRequest request) {
        boolean counted = request.preferences().is("count", "exact");
        boolean json = request.representation().format().json();
        Sql sql = counted ? renderer.readFramed(plan, json, true) : renderer.read(plan, json);
        RowStream rows = RowStream.of(request.representation().format(), plan.columnNames());
        ReadAnswer answer = new ReadAnswer(request, plan.page(), rows);
        Flux<Publisher<DataBuffer>> body = routing.read(connection -> {
            answer.node(connection.node());
            return rows.rows(statement(connection, sql, plan.page(), counted, answer));
        });
        return new StreamedResponse(rows, request.representation(), body, answer::head);
    }

    private static Statement statement(
            RoutedConnection connection, Sql sql, Page page, boolean counted, ReadAnswer answer) {
        int fetchSize = RowStream.fetchSize(page.limit() == null ? Long.MAX_VALUE : page.limit());
        return counted
                ? Statements.framed(connection, sql, fetchSize, answer::frame)
                : Statements.of(connection, sql, fetchSize);
    }

    /** What becomes known while the rows come, and the head of the answer that follows from it. */
    private static final class ReadAnswer {

        private final ReadRequest request;
        private final Page page;
        private final RowStream rows;
        private String node = "";
        private FrameValues frame = FrameValues.NONE;

        ReadAnswer(ReadRequest request, Page page, RowStream rows) {
            this.request = request;
            this.page = page;
            this.rows = rows;
        }

        void node(String name) {
            node = name;
        }

        void frame(FrameValues values) {
            frame = values;
        }

        Head head(boolean complete) {
            Long total = frame.total();
            if (total != null && page.offset() > total) {
                throw ContentRange.beyond(page.offset(), total);
            }
            Head head = Head.from(node, request.preferences());
            Long count = count(complete, total);
            if (count == null) {
                return head;
            }
            return head.status(ContentRange.status(page.offset(), count, total))
                    .header("Content-Range", ContentRange.of(page.offset(), count, total));
        }

        /** The rows of the whole answer, null while nobody can know. */
        private @Nullable Long count(boolean complete, @Nullable Long total) {
            if (complete) {
                return rows.count();
            }
            return total == null ? null : page.rowsOf(total);
        }
    }
}
