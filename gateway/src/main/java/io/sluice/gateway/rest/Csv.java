package io.sluice.gateway.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CSV with a header line, as RFC 4180 has it; an unquoted {@code NULL} is null. */
final class Csv {

    private final String text;
    private int at;

    private Csv(String text) {
        this.text = text;
    }

    static List<Map<String, String>> parse(String text) {
        Csv csv = new Csv(text);
        List<@Nullable String> header = csv.line();
        List<Map<String, String>> rows = new ArrayList<>();
        while (csv.at < text.length()) {
            List<@Nullable String> values = csv.line();
            if (values.size() != header.size()) {
                throw Payload.invalid("All lines must have same number of fields");
            }
            rows.add(row(header, values));
        }
        return rows;
    }

    private static Map<String, String> row(List<@Nullable String> header, List<@Nullable String> values) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            row.put(String.valueOf(header.get(i)), values.get(i));
        }
        return row;
    }

    private List<@Nullable String> line() {
        List<@Nullable String> fields = new ArrayList<>();
        boolean more = true;
        while (more) {
            fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
            more = at < text.length() && text.charAt(at) == ',';
            at += more ? 1 : 0;
        }
        skipLineEnd();
        return fields;
    }

    private void skipLineEnd() {
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
    }

    private @Nullable String plain() {
        int start = at;
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String field = text.substring(start, at);
        return field.equals("NULL") ? null : field;
    }

    private String quoted() {
        StringBuilder field = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length()) {
                throw Payload.invalid("A quoted field has no end");
            }
            char c = text.charAt(at++);
            if (c == '"' && at < text.length() && text.charAt(at) == '"') {
                at++;
            } else if (c == '"') {
                return field.toString();
            }
            field.append(c);
        }
    }
}
