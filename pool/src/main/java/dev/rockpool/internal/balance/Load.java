package dev.rockpool.internal.balance;

/** What a {@link Chooser} knows about the members, which are numbered from 0. */
interface Load {
    /** How many connections of this member are leased, and how many callers wait for one. */
    int active(int member);

    /** The weight of this member that counts now. It is less than the configured one just after the member returned. */
    double weight(int member);
}
