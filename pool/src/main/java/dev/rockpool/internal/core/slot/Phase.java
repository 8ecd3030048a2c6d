package dev.rockpool.internal.core.slot;

/** The phase of a slot. Its ordinal is the low three bits of the slot's word. */
public enum Phase {
    VACANT,
    OPENING,
    IDLE,
    LEASED,
    PROBING,
    CLOSING;

    private static final Phase[] ALL = values();

    public static Phase of(long word) {
        return ALL[(int) (word & SlotWord.PHASE)];
    }
}
