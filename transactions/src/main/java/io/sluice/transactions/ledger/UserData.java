package io.sluice.transactions.ledger;

import java.util.UUID;

/**
 * Three values that belong to the caller; zero where they are not used.
 *
 * @param u64 all 64 bits are used: unsigned
 * @param u32 0 to 4,294,967,295
 */
public record UserData(UUID u128, long u64, long u32) {

    public static final UserData NONE = new UserData(Transfer.NIL, 0, 0);

    /** Each value of this, or that of {@code other} where this one has zero. */
    UserData orElse(UserData other) {
        return new UserData(
                u128.equals(Transfer.NIL) ? other.u128 : u128, u64 == 0 ? other.u64 : u64, u32 == 0 ? other.u32 : u32);
    }
}
