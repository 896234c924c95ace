package io.sluice.transactions.idempotency;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A client's name for one request, with a fingerprint of what was asked under it. Only hashes are kept. */
public final class IdempotencyKey {

    private final byte[] id;
    private final byte[] fingerprint;

    private IdempotencyKey(byte[] id, byte[] fingerprint) {
        this.id = id;
        this.fingerprint = fingerprint;
    }

    /**
     * The key {@code name} of a caller.
     *
     * @param scope whose key it is: the same name in another scope is another key
     * @param content everything that makes a request another one, in order
     */
    public static IdempotencyKey of(String scope, String name, byte[]... content) {
        return new IdempotencyKey(sha256(utf8(scope), utf8(name)), sha256(content));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Each part with its length before it, so that no two lists of parts look alike. */
    private static byte[] sha256(byte[]... parts) {
        MessageDigest digest = digest();
        for (byte[] part : parts) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            digest.update(part);
        }
        return digest.digest();
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    String idHex() {
        return HexFormat.of().formatHex(id);
    }

    String fingerprintHex() {
        return HexFormat.of().formatHex(fingerprint);
    }

    /** The number of the advisory lock that is held while the request runs. */
    long lock() {
        return ByteBuffer.wrap(id).getLong();
    }
}
