package dev.rockpool.examples.bench;

import dev.rockpool.examples.bench.peer.SuspendingPeer;
import java.util.Arrays;
import java.util.List;

/** What a coroutine can take a connection from, as candidates. */
public final class SuspendingCandidates {
    private SuspendingCandidates() {}

    public static List<Candidate> all() {
        return Arrays.stream(SuspendingPeer.values())
                .map(peer -> new Candidate(
                        peer.getKey(),
                        peer.getPeer(),
                        peer.getTitle().formatted(Versions.of(peer.getVersionOf())),
                        peer.getSettings()))
                .toList();
    }
}
