package dev.rockpool.examples.bench;

import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The JDBC pools, as candidates. */
public final class JdbcCandidates {
    private JdbcCandidates() {}

    /** All JDBC pools, configured for a case. */
    public static List<Candidate> all(Room room, Target target) {
        return Arrays.stream(JdbcPeer.values())
                .map(peer -> of(peer, room, target))
                .toList();
    }

    public static Candidate of(JdbcPeer peer, Room room, Target target) {
        return of(peer, peer.key(), "", room, target);
    }

    /** @param remark how it is used, if that is unusual */
    public static Candidate of(JdbcPeer peer, String key, String remark, Room room, Target target) {
        String title = peer.title() + " " + Versions.of(peer.key()) + remark;
        return new Candidate(key, peer.key(), title, peer.settingsFor(room, target));
    }

    /** Each thread has its own connection, which no pool can beat. */
    public static Candidate dedicated() {
        return new Candidate("dedicated", "dedicated", "a connection per thread", Map.of());
    }

    /** Whether this is a pool other than Rockpool. */
    static boolean isPool(String peer) {
        return Arrays.stream(JdbcPeer.values())
                .anyMatch(other -> other != JdbcPeer.ROCKPOOL && other.key().equals(peer));
    }
}
