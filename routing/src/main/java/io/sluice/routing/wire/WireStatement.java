package io.sluice.routing.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A statement that each connection prepares when it uses it first. To be kept: one that is made anew for each use is
 * prepared no more often, but hashed each time.
 *
 * <p>Its name follows from its text and its types, so that under one name there is one statement even where a pooler gives
 * one server connection to several clients.
 */
public final class WireStatement {

    private static final int NAME_BYTES = 16;

    private final String sql;
    private final List<WireType> parameters;
    private final String name;

    private WireStatement(String sql, List<WireType> parameters) {
        this.sql = sql;
        this.parameters = parameters;
        this.name = "sluice_" + hash(sql + parameters);
    }

    /**
     * A statement.
     *
     * @param sql one statement with {@code $1} and so on; no COPY
     * @param parameters their types
     */
    public static WireStatement of(String sql, WireType... parameters) {
        return new WireStatement(sql, List.of(parameters));
    }

    public String sql() {
        return sql;
    }

    public List<WireType> parameters() {
        return parameters;
    }

    /** What it is called where it is prepared. */
    public String name() {
        return name;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WireStatement statement && statement.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return sql;
    }
}
