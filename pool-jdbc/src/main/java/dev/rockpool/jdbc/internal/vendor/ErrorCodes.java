package dev.rockpool.jdbc.internal.vendor;

import java.util.Arrays;
import java.util.Set;

/**
 * A set of errors, by their SQLStates and by their vendor's codes. Some drivers give the codes a minus. Immutable. Loops instead
 * of streams, because every cold start makes these sets.
 */
final class ErrorCodes {
    static final ErrorCodes NONE = new ErrorCodes(Set.of(), new int[0]);

    private final Set<String> states;

    /** In order. */
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

    /** These codes as well. */
    ErrorCodes and(int... more) {
        int[] all = Arrays.copyOf(codes, codes.length + more.length);
        System.arraycopy(more, 0, all, codes.length, more.length);
        Arrays.sort(all);
        return new ErrorCodes(states, all);
    }

    /** All codes from the first to the last as well. */
    ErrorCodes andRange(int first, int last) {
        int[] range = new int[last - first + 1];
        for (int i = 0; i < range.length; i++) range[i] = first + i;
        return and(range);
    }

    /** Tells whether an error with this SQLState (null: none) and code is one of these. */
    boolean has(String state, int code) {
        return state != null && states.contains(state) || Arrays.binarySearch(codes, Math.abs(code)) >= 0;
    }
}
