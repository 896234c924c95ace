package io.sluice.loadtests.data;

import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/** Draws the two different sides of a transfer. */
public final class Pairs {

    /** How the accounts of transfers are spread. */
    public enum Spread {
        /** All accounts alike. */
        UNIFORM,
        /** A few accounts take part in most transfers. */
        ZIPF,
        /** Only the first ten accounts. */
        HOT
    }

    private static final int HOT = 10;
    private static final double SKEW = 0.99;

    private final ToIntFunction<RandomGenerator> draw;

    private Pairs(ToIntFunction<RandomGenerator> draw) {
        this.draw = draw;
    }

    public static Pairs of(Spread spread, int accounts) {
        if (accounts < 2) {
            throw new IllegalArgumentException("a transfer needs two accounts, there are " + accounts);
        }
        return new Pairs(
                switch (spread) {
                    case UNIFORM -> random -> random.nextInt(accounts);
                    case ZIPF -> new Zipf(accounts, SKEW)::next;
                    case HOT -> random -> random.nextInt(Math.min(HOT, accounts));
                });
    }

    /** Two different account numbers. */
    public Pair next(RandomGenerator random) {
        int debit = draw.applyAsInt(random);
        int credit = draw.applyAsInt(random);
        while (credit == debit) {
            credit = draw.applyAsInt(random);
        }
        return new Pair(debit, credit);
    }

    /** Numbers of the accounts to debit and to credit. */
    public record Pair(int debit, int credit) {}
}
