package io.sluice.gateway.query;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known name that an unknown one was probably meant to be. */
public final class NearestName {

    /** For names of tables and functions: close only, as a hint also tells that the name exists. */
    public static final double CLOSE = 0.75;

    /** For names inside something that the client knows already. */
    public static final double LOOSE = 0.33;

    private static final int LONGEST = 256;

    private NearestName() {}

    /**
     * The candidate with the fewest edits.
     *
     * @param similarity from 0, anything, to 1, the same letters; null where no candidate reaches it
     */
    public static @Nullable String of(String name, Collection<String> candidates, double similarity) {
        String best = null;
        double highest = similarity;
        for (String candidate : candidates) {
            double score = similarity(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (score >= highest && (best == null || score > highest)) {
                highest = score;
                best = candidate;
            }
        }
        return best;
    }

    private static double similarity(String a, String b) {
        int longer = Math.max(a.length(), b.length());
        return longer == 0 || longer > LONGEST ? 0 : 1 - (double) edits(a, b) / longer;
    }

    private static int edits(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
