package dev.rockpool.internal.core.slot;

import dev.rockpool.CloseReason;

/** Why a connection is being closed: the kind for programs, the text for people. */
record Closing(CloseReason kind, String text) {
    static final Closing NOT = new Closing(CloseReason.EVICTED, "");
}
