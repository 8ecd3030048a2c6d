package dev.rockpool.jdbc.internal.vendor;

import java.util.Arrays;
import java.util.Set;

/**
 * A set of errors by SQLState and vendor code. Some drivers negate the codes. Immutable. Uses loops instead of streams,
 * because every cold start creates these sets.
 */
final class ErrorCodes {
    static final ErrorCodes NONE = new ErrorCodes(Set.of(), new int[0]);

    private final Set<String> states;

    /** Sorted. */
    private final int[] codes;

    private ErrorCodes(Set<String> states, int[] codes) {
        this.states = states;
        this.codes = codes;
    }

    static ErrorCodes ofStates(String... states) {
        return new ErrorCodes(Set.of(states), new int[0]);
    }

    static ErrorCodes of(int... codes) {
        return NONE.and(codes);
    }

    /** A copy with these codes added. */
    ErrorCodes and(int... more) {
        int[] all = Arrays.copyOf(codes, codes.length + more.length);
        System.arraycopy(more, 0, all, codes.length, more.length);
        Arrays.sort(all);
        return new ErrorCodes(states, all);
    }

    /** A copy with this range of codes added. */
    ErrorCodes andRange(int first, int last) {
        int[] range = new int[last - first + 1];
        for (int i = 0; i < range.length; i++) range[i] = first + i;
        return and(range);
    }

    /** Whether an error with this SQLState (or null) and code is in the set. */
    boolean has(String state, int code) {
        return state != null && states.contains(state) || Arrays.binarySearch(codes, Math.abs(code)) >= 0;
    }
}
