package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.jdbc.ClusterMember;
import dev.rockpool.jdbc.ClusterMember.Status;
import java.util.List;

/**
 * What is known of a cluster at one moment. Immutable.
 *
 * @param primary the number of the primary, which may be unreachable; -1 if there is none
 * @param members every member
 */
public record View(int primary, List<ClusterMember> members) {
    /** Whether the member serves reads as a standby. */
    public boolean serves(int member) {
        return members.get(member).getStatus() == Status.STANDBY;
    }

    /** Whether the member is a standby, also one that lags. */
    public boolean isStandby(int member) {
        return serves(member) || lags(member);
    }

    /** Whether the member is a standby that is too far behind. */
    boolean lags(int member) {
        return members.get(member).getStatus() == Status.LAGGING;
    }

    /** Whether there is a primary and it answers. */
    public boolean hasLivePrimary() {
        return primary >= 0 && members.get(primary).getStatus() == Status.PRIMARY;
    }

    /** Whether each member is used for the same as in another view. */
    boolean hasRolesOf(View other) {
        if (primary != other.primary) return false;
        for (int member = 0; member < members.size(); member++)
            if (members.get(member).getStatus() != other.members.get(member).getStatus()) return false;
        return true;
    }

    /** The primary in words. */
    public String describePrimary() {
        if (primary < 0) return "no member accepts writes";
        ClusterMember member = members.get(primary);
        return member.getProblem() == null
                ? "the primary is " + member.getName()
                : "the primary " + member.getName() + " gives no answer: " + member.getProblem();
    }
}
