package io.sluice.gateway.rest;

import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.Function.Volatility;
import io.sluice.gateway.schema.Table;
import java.util.List;
import java.util.StringJoiner;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What methods a resource has. */
final class Options {

    static final String ROOT = "OPTIONS,GET,HEAD";

    private Options() {}

    static String of(Table table) {
        StringJoiner methods = new StringJoiner(",");
        methods.add("OPTIONS,GET,HEAD");
        Table.Writes writes = table.writes();
        if (writes.insert()) {
            methods.add("POST");
        }
        if (writes.insert() && writes.update() && !table.primaryKey().isEmpty()) {
            methods.add("PUT");
        }
        if (writes.update()) {
            methods.add("PATCH");
        }
        if (writes.delete()) {
            methods.add("DELETE");
        }
        return methods.toString();
    }

    static String of(List<Function> overloads) {
        boolean readable = overloads.stream().anyMatch(function -> function.volatility() != Volatility.VOLATILE);
        return readable ? "OPTIONS,GET,HEAD,POST" : "OPTIONS,POST";
    }

    static Mono<ServerResponse> answer(String methods) {
        return ServerResponse.ok()
                .header("Allow", methods)
                .header("Access-Control-Allow-Origin", "*")
                .contentLength(0)
                .build();
    }
}
