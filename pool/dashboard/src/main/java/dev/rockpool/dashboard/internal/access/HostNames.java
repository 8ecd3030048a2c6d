package dev.rockpool.dashboard.internal.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names by which browsers may reach the page. Requests with another name are refused: with DNS rebinding, a foreign
 * page points its own name at this address.
 */
public record HostNames(Set<String> names) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");
    private static final Pattern WITH_PORT = Pattern.compile("(" + NAME.pattern() + ")(:[0-9]{1,5})?");

    /** These names, and those of the loopback. */
    public static HostNames of(Collection<String> names) {
        Set<String> all = new HashSet<>(LOOPBACK);
        for (String name : names) all.add(normal(name));
        return new HostNames(Set.copyOf(all));
    }

    /** What is wrong with names that were configured. */
    public static List<String> problems(Collection<String> names) {
        List<String> problems = new ArrayList<>();
        for (String name : names)
            if (name == null || !NAME.matcher(normal(name)).matches())
                problems.add(
                        "hosts has '%s' but must have plain host names without scheme, port or path".formatted(name));
        return problems;
    }

    /** Whether a {@code Host} header names one of them, with any port. */
    public boolean accept(String host) {
        if (host == null) return false;
        var parts = WITH_PORT.matcher(host);
        return parts.matches() && names.contains(normal(parts.group(1)));
    }

    private static String normal(String name) {
        boolean isBareIpv6 = name.indexOf(':') != name.lastIndexOf(':') && !name.startsWith("[");
        return (isBareIpv6 ? "[" + name + "]" : name).toLowerCase(Locale.ROOT);
    }
}
