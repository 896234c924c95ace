package io.sluice.gateway.text;

import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** The strong entity tag of a representation: its length and two check sums, which cost next to nothing. */
public final class EntityTag {

    private static final String ANY = "*";

    private EntityTag() {}

    /** The tag of {@code length} bytes from {@code from} on, with its quotes. */
    public static String of(byte[] bytes, int from, int length) {
        CRC32 one = new CRC32();
        one.update(bytes, from, length);
        CRC32C other = new CRC32C();
        other.update(bytes, from, length);
        return "\"" + Long.toHexString(one.getValue()) + "-" + Long.toHexString(other.getValue()) + "-"
                + Integer.toHexString(length) + "\"";
    }

    /** Whether a header such as {@code If-None-Match} is {@code *}. */
    public static boolean isAny(List<String> header) {
        return header.size() == 1 && header.get(0).trim().equals(ANY);
    }

    /** Whether a header names {@code tag}; a mark for weakness makes no difference, as every tag is strong. */
    public static boolean names(List<String> header, String tag) {
        for (String line : header) {
            for (String element : line.split(",", -1)) {
                String named = element.trim();
                if (named.equals(tag)
                        || (named.startsWith("W/") && named.substring(2).equals(tag))) {
                    return true;
                }
            }
        }
        return false;
    }
}
