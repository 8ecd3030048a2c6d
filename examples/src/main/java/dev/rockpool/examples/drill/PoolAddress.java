package dev.rockpool.examples.drill;

/** How a pool reaches the server. The URL sets an application name that identifies the pool's sessions. */
record PoolAddress(String url, String user, String password) {
    /** Leaves out the password, and the URL, whose parameters may hold one. */
    @Override
    public String toString() {
        return "address of a pool";
    }
}
