package io.sluice.gateway.ledger;

import io.sluice.gateway.error.ApiException;
import io.sluice.transactions.ledger.History;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Which transfers of an account a request asks for: a span of time, an order, a limit. */
final class HistoryQuery {

    private static final int DEFAULT_LIMIT = 100;
    private static final String HINT = "There are account_id=eq.{uuid}, timestamp=gt|gte|lt|lte.{time},"
            + " order=timestamp.asc|desc and limit={rows}.";

    private long from;
    private long to = Long.MAX_VALUE;
    private boolean newestFirst;
    private int limit;

    private HistoryQuery(int limit) {
        this.limit = limit;
    }

    /** A page: {@code account_id} is a filter, and there is always a limit. */
    static History page(ServerRequest request) {
        String filter = request.queryParam("account_id").orElse("");
        UUID account = filter.startsWith("eq.") ? EventParser.parseUuid(filter.substring(3)) : null;
        if (account == null) {
            throw bad("account_id=" + filter + " names no account");
        }
        return new HistoryQuery(DEFAULT_LIMIT).read(account, request);
    }

    /** All there is, unless a limit says otherwise. */
    static History stream(ServerRequest request) {
        return new HistoryQuery(0).read(IdFilter.path(request), request);
    }

    private History read(UUID account, ServerRequest request) {
        for (Map.Entry<String, List<String>> parameter : request.queryParams().entrySet()) {
            parameter.getValue().forEach(value -> read(parameter.getKey(), value));
        }
        return new History(account, from, to, newestFirst, limit);
    }

    private void read(String name, String value) {
        switch (name) {
            case "account_id" -> {}
            case "timestamp" -> timestamp(value);
            case "order" -> newestFirst = newestFirst(value);
            case "limit" -> limit = limit(value);
            default -> throw bad("There is no parameter '" + name + "' here");
        }
    }

    private void timestamp(String value) {
        int dot = value.indexOf('.');
        long micros = micros(value.substring(dot + 1));
        switch (dot < 0 ? "" : value.substring(0, dot)) {
            case "gt" -> from = Math.max(from, micros + 1);
            case "gte" -> from = Math.max(from, micros);
            case "lt" -> to = Math.min(to, micros - 1);
            case "lte" -> to = Math.min(to, micros);
            default -> throw bad("timestamp=" + value + " is no filter");
        }
    }

    /** A time as answers carry it, or any other of RFC 3339. */
    static long micros(String time) {
        try {
            // A plus sign of an offset arrives as a space where the client did not escape it.
            Instant instant = OffsetDateTime.parse(time.replace(' ', '+')).toInstant();
            return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
        } catch (DateTimeException e) {
            throw LedgerErrors.bad(
                    LedgerErrors.BAD_VALUE, "'" + time + "' is not a time", "Write it as 2026-11-23T05:32:00.123456Z.");
        }
    }

    private static boolean newestFirst(String value) {
        return switch (value) {
            case "timestamp", "timestamp.asc" -> false;
            case "timestamp.desc" -> true;
            default -> throw bad("order=" + value + " is no order");
        };
    }

    private static int limit(String value) {
        try {
            int rows = Integer.parseInt(value);
            if (rows >= 1 && rows <= EventParser.EVENTS_MAX) {
                return rows;
            }
        } catch (NumberFormatException e) {
            // Answered below, as a number out of range is.
        }
        throw bad("limit=" + value + " is not a number from 1 to " + EventParser.EVENTS_MAX);
    }

    private static ApiException bad(String message) {
        return LedgerErrors.bad(LedgerErrors.BAD_FILTER, message, HINT);
    }
}
