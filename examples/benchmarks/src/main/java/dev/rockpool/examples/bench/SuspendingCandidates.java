package dev.rockpool.examples.bench;

import dev.rockpool.examples.bench.peer.SuspendingPeer;
import java.util.Arrays;
import java.util.List;

/** The pools for coroutines, as candidates. */
public final class SuspendingCandidates {
    private SuspendingCandidates() {}

    public static List<Candidate> all() {
        return allAndWithIo().stream()
                .filter(candidate -> !candidate.key().equals(SuspendingPeer.CHANNEL_IO.getKey()))
                .toList();
    }

    /** Adds a Channel in a JVM whose dispatchers were used for blocking calls. */
    public static List<Candidate> allAndWithIo() {
        return Arrays.stream(SuspendingPeer.values())
                .map(peer -> new Candidate(
                        peer.getKey(),
                        peer.getPeer(),
                        peer.getTitle().formatted(Versions.of(peer.getVersionOf())),
                        peer.getSettings()))
                .toList();
    }
}
