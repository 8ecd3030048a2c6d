package shop.logging;

/** Throws the exception that the system properties define. */
final class Failure {
    private Failure() {}

    /** Throws if this is the call that fails. */
    static void at(String call) {
        if (!call.equals(System.getProperty("failing.call"))) return;
        System.out.println("logger fails in " + call);
        try {
            Failure.<RuntimeException>sneak((Throwable) Class.forName(System.getProperty("failing.error"))
                    .getConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Throws any exception, even a checked one, as code in Kotlin or Groovy may. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable error) throws E {
        throw (E) error;
    }
}
