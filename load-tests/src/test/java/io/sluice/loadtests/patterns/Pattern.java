package io.sluice.loadtests.patterns;

import java.util.List;

/**
 * A claim and the ways it compares, the first of which the others are compared with.
 *
 * @param claim what the texts say
 * @param unit what is counted, in the plural
 */
record Pattern(String title, String claim, String unit, List<Variant> variants) {

    Pattern {
        variants = List.copyOf(variants);
    }
}
