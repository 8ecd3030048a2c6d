package dev.rockpool.examples;

import java.io.Console;
import java.io.IOException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Whether output goes to a terminal, and how wide it is. */
public final class Terminals {
    private static final int USUAL_WIDTH = 79;

    private Terminals() {}

    /** Since JDK 22 there can be a console without a terminal, and that JDK can tell them apart. */
    public static boolean isTerminal() {
        Console console = System.console();
        if (console == null) return false;
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /**
     * In characters. An open terminal takes over the signals of the process, so it is opened only to read its width.
     */
    public static int width() {
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
            return terminal.getWidth() > 0 ? terminal.getWidth() - 1 : USUAL_WIDTH;
        } catch (IOException e) {
            return USUAL_WIDTH;
        }
    }
}
