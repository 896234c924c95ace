package io.sluice.routing.topology;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a server is and how to log in: {@code postgresql://user:password@host:port/database?option=value}.
 *
 * <p>{@link #toString()} leaves the password out, so that an address can stand in a log line.
 */
public record NodeAddress(
        String host, int port, String database, String user, String password, Map<String, String> options) {

    private static final int DEFAULT_PORT = 5432;

    public NodeAddress {
        options = Map.copyOf(options);
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a message that names the URL (without its password) and what is wrong
     */
    public static NodeAddress parse(String url) {
        URI uri;
        try {
            uri = URI.create(url.trim());
        } catch (IllegalArgumentException e) {
            throw malformed(url, "it is not a URL");
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw malformed(url, "it does not begin with postgresql://");
        }
        if (uri.getHost() == null) {
            throw malformed(url, "it has no host");
        }
        String userInfo = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        int colon = userInfo.indexOf(':');
        String user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
        if (user.isEmpty()) {
            throw malformed(url, "it has no user");
        }
        String password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String database = path.length() > 1 ? decode(path.substring(1)) : user;
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new NodeAddress(uri.getHost(), port, database, user, password, options(url, uri.getRawQuery()));
    }

    private static Map<String, String> options(String url, @org.jspecify.annotations.Nullable String query) {
        Map<String, String> options = new LinkedHashMap<>();
        if (query == null) {
            return options;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw malformed(url, "'" + pair + "' is not option=value");
            }
            options.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
        return options;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** {@code url}, malformed or not, as it may be shown to people. */
    public static String withoutPassword(String url) {
        return url.replaceFirst("://([^:@/]*):.*@", "://$1:***@");
    }

    private static IllegalArgumentException malformed(String url, String reason) {
        return new IllegalArgumentException("'" + withoutPassword(url) + "' is not a PostgreSQL URL: " + reason
                + "; expected postgresql://user:password@host:port/database");
    }

    /** The short name under which the node is reported: {@code host:port}. */
    public String name() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
    }
}
