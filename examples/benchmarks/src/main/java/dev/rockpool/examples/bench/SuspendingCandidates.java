package dev.rockpool.examples.bench;

import dev.rockpool.examples.bench.peer.SuspendingPeer;
import java.util.Arrays;
import java.util.List;

/** What a coroutine can take a connection from, as candidates. */
public final class SuspendingCandidates {
    private SuspendingCandidates() {}

    public static List<Candidate> all() {
        return allAndWithIo().stream()
                .filter(candidate -> !candidate.key().equals(SuspendingPeer.CHANNEL_IO.getKey()))
                .toList();
    }

    /** Also a Channel in a JVM whose dispatchers have been used for something that blocks. */
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
