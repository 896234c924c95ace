package io.sluice.gateway.rest;

import io.sluice.gateway.query.SqlRenderer.ExplainOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * The wish for the plan of a request instead of its answer.
 *
 * @param subject the media type whose making is to be explained
 */
record Explain(boolean json, List<ExplainOption> options, MediaType subject) {

    private static final String TYPE = "vnd.pgrst.plan";

    /** What a media type asks for, null where it is not about plans. */
    static @Nullable Explain of(MediaType type) {
        String subtype = type.getSubtype().toLowerCase(Locale.ROOT);
        boolean plan = subtype.equals(TYPE) || subtype.equals(TYPE + "+text") || subtype.equals(TYPE + "+json");
        if (!plan || !type.getType().equals("application")) {
            return null;
        }
        return new Explain(subtype.endsWith("+json"), options(type), subject(type));
    }

    private static List<ExplainOption> options(MediaType type) {
        String given = type.getParameter("options");
        List<String> wanted =
                given == null ? List.of() : List.of(unquoted(given).split("\\|", -1));
        List<ExplainOption> options = new ArrayList<>();
        for (ExplainOption option : ExplainOption.values()) {
            if (wanted.contains(option.name().toLowerCase(Locale.ROOT))) {
                options.add(option);
            }
        }
        return options;
    }

    private static MediaType subject(MediaType type) {
        String given = type.getParameter("for");
        try {
            return given == null ? MediaType.APPLICATION_JSON : MediaType.parseMediaType(unquoted(given));
        } catch (InvalidMediaTypeException e) {
            return new MediaType("x-invalid", "x-invalid");
        }
    }

    private static String unquoted(String value) {
        return value.startsWith("\"") && value.endsWith("\"") && value.length() > 1
                ? value.substring(1, value.length() - 1)
                : value;
    }

    String contentType(String subjectType) {
        StringBuilder type = new StringBuilder("application/").append(TYPE).append(json ? "+json" : "+text");
        type.append("; for=\"").append(subjectType).append('"');
        String separator = "; options=";
        for (ExplainOption option : options) {
            type.append(separator).append(option.name().toLowerCase(Locale.ROOT));
            separator = "|";
        }
        return type.append("; charset=utf-8").toString();
    }
}
