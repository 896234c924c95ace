package io.sluice.gateway.ledger;

import io.sluice.gateway.error.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Which rows a GET asks for by their ids. */
final class IdFilter {

    private static final String HINT = "Write id=eq.{uuid} or id=in.({uuid},{uuid}).";

    private IdFilter() {}

    static UUID path(ServerRequest request) {
        return uuid(request.pathVariable("id"));
    }

    static List<UUID> query(ServerRequest request) {
        String filter = request.queryParam("id")
                .orElseThrow(() -> LedgerErrors.bad(LedgerErrors.BAD_FILTER, "The filter 'id' is missing", HINT));
        for (String name : request.queryParams().keySet()) {
            if (!name.equals("id")) {
                throw LedgerErrors.bad(LedgerErrors.BAD_FILTER, "There is no filter '" + name + "' here", HINT);
            }
        }
        if (filter.startsWith("eq.")) {
            return List.of(uuid(filter.substring(3)));
        }
        if (!filter.startsWith("in.(") || !filter.endsWith(")")) {
            throw LedgerErrors.bad(LedgerErrors.BAD_FILTER, "id=" + shortened(filter) + " is no filter", HINT);
        }
        return list(filter.substring(4, filter.length() - 1));
    }

    private static List<UUID> list(String text) {
        List<UUID> ids = new ArrayList<>();
        if (text.isBlank()) {
            return ids;
        }
        for (String id : text.split(",", -1)) {
            ids.add(uuid(id.strip()));
        }
        if (ids.size() > EventParser.EVENTS_MAX) {
            throw LedgerErrors.bad(
                    LedgerErrors.TOO_MANY, "A filter holds at most " + EventParser.EVENTS_MAX + " ids", null);
        }
        return ids;
    }

    private static UUID uuid(String text) {
        UUID id = EventParser.parseUuid(text);
        if (id == null) {
            throw malformed(text);
        }
        return id;
    }

    private static ApiException malformed(String text) {
        return LedgerErrors.bad(LedgerErrors.BAD_VALUE, "'" + shortened(text) + "' is not a UUID", null);
    }

    private static String shortened(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
