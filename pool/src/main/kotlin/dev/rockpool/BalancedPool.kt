package dev.rockpool

/**
 * Several pools used as one: the same data on several servers, for example. Each call goes to the member that a
 * [Balance] chooses. If no member has an idle connection, the caller waits in the queues of all of them, and the first
 * connection that comes free anywhere serves the caller that has waited longest.
 *
 * A member whose server is away, or that is closed, gets no calls. If that were more than half of the members, health
 * is ignored, and all of them are tried. A member that returns gets its share of the calls slowly. A caller that timed
 * out says nothing about a member.
 *
 * It is a [Pool], so it can be used wherever one can; threads use [dev.rockpool.blocking.BlockingPool.of]. Its [config]
 * has the sums of the members' sizes. Its [control] acts on all members. [snapshot] and [stats] are sums, except that a
 * caller that waits in several queues is pending once. Closing it closes its members. Thread-safe. Create it with
 * [balanced].
 */
public interface BalancedPool<C : Any> : Pool<C> {
    /** The pools among which it chooses. They can still be used on their own. */
    public val members: List<Pool<C>>

    /** The members that get no calls now, because their server is away or they are closed. */
    public fun membersOut(): List<Pool<C>>
}
