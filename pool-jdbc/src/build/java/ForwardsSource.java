import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.ExecutableElement;

/** The source of an abstract class of forwards, which a hand-written class extends. */
final class ForwardsSource {
    private ForwardsSource() {}

    /** @param methods those without behaviour of their own */
    static CharSequence of(Kind kind, Iterable<ExecutableElement> methods) {
        String api = kind.api();
        var out = new StringBuilder();
        out.append("package ").append(WrapperGenerator.PACKAGE).append(";\n\n");
        out.append("/** Forwards every method of {@link ")
                .append(api)
                .append("} that has no behaviour of its own. Generated. */\n");
        out.append("@SuppressWarnings(\"deprecation\") // it forwards what the API deprecates, too\n");
        out.append("abstract class ").append(kind.name()).append("Forwards");
        if (kind.parent() != null) out.append(" extends ").append(kind.parent());
        out.append(" implements ").append(api).append(" {\n");
        if (kind.parent() != null) constructor(kind, out);
        if (!kind.isLease()) abstractMethods(kind, api, methods, out);
        for (ExecutableElement method : methods) {
            MethodSource.forward(kind, method, out);
        }
        out.append("}\n");
        return out;
    }

    /** What the hand-written subclass says of itself. */
    private static void abstractMethods(Kind kind, String api, Iterable<ExecutableElement> methods, StringBuilder out) {
        out.append("\n    /** The driver's object. */\n");
        if (kind.ofStatement()) out.append("    @Override\n");
        out.append("    abstract ").append(api).append(" delegate() throws java.sql.SQLException;\n");
        if (kind.parent() == null) {
            out.append("\n    /** Said before a call that may reach the server. */\n    abstract void ran();\n");
            out.append("\n    /** Runs before a call that may wait for the server for long. */\n");
            out.append("    abstract void began() throws java.sql.SQLException;\n");
            out.append("\n    /** Runs after it. */\n    abstract void ended();\n");
            out.append("\n    /** Judges an exception of the driver, and returns it. */\n");
            out.append("    abstract java.sql.SQLException failed(java.sql.SQLException e);\n");
            out.append("\n    /** Called when the driver throws anything else. */\n");
            out.append("    abstract void threw(java.lang.Throwable e);\n");
        }
        if (!kind.ofStatement()) hooks(kind, methods, out);
    }

    private static void constructor(Kind kind, StringBuilder out) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (kind.isLease()) {
            parameters.put("engine", "dev.rockpool.internal.engine.Engine<PhysicalConnection>");
            parameters.put("slot", "dev.rockpool.internal.core.slot.Slot<PhysicalConnection>");
            parameters.put("ticket", "long");
        } else {
            parameters.put("connection", "LeasedConnection");
            if (kind.ofStatement()) {
                parameters.put("driver", "java.sql.Statement");
                parameters.put("sql", "String");
            }
        }
        String declared = parameters.entrySet().stream()
                .map(parameter -> parameter.getValue() + " " + parameter.getKey())
                .collect(Collectors.joining(", "));
        out.append("    ")
                .append(kind.name())
                .append("Forwards(")
                .append(declared)
                .append(") {\n");
        out.append("        super(")
                .append(String.join(", ", parameters.keySet()))
                .append(");\n    }\n");
    }

    /** Declares what the subclass must wrap; prepared and callable statements have these from their parent. */
    private static void hooks(Kind kind, Iterable<ExecutableElement> methods, StringBuilder out) {
        Set<String> hooks = new TreeSet<>();
        for (ExecutableElement method : methods) {
            String type = method.getReturnType().toString();
            if (MethodSource.WRAPPED.contains(type)) hooks.add(type + " wrap(" + type + " driver)");
            if (type.equals(MethodSource.ANY) || kind.name().equals("Statement")) {
                hooks.add(MethodSource.ANY + " wrapAny(" + MethodSource.ANY + " value)");
                hooks.add("<T> T wrapAs(java.lang.Class<T> type, T value)");
            }
        }
        if (kind.name().equals("Statement")) {
            out.append(
                    "\n    /** Said before a call after which it works in another way. */\n    abstract void changed();\n");
            out.append(
                    "\n    /** Runs when SQL is added that executes later. */\n    abstract void sees(java.lang.String sql) throws java.sql.SQLException;\n");
            out.append(
                    "\n    /** Runs before this SQL executes. */\n    abstract void began(java.lang.String sql) throws java.sql.SQLException;\n");
        }
        for (String hook : hooks) {
            out.append("\n    /** What the user gets instead. */\n    abstract ")
                    .append(hook);
            out.append(" throws java.sql.SQLException;\n");
        }
    }
}
