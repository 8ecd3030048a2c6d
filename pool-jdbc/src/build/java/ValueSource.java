import javax.lang.model.element.ExecutableElement;

/** The source of the wrapper of a value that a lease hands out. */
final class ValueSource {
    private ValueSource() {}

    static String nameOf(Kind kind) {
        return "Pooled" + kind.name();
    }

    /** The whole class: it has nothing of its own. */
    static CharSequence of(Kind kind, Iterable<ExecutableElement> methods) {
        String api = kind.api();
        String name = nameOf(kind);
        var out = new StringBuilder();
        out.append("package ").append(WrapperGenerator.PACKAGE).append(";\n\n");
        out.append("/** A {@link ").append(api).append("} of a lease. Generated. */\n");
        out.append("final class ")
                .append(name)
                .append(" extends LeasedValue<")
                .append(api)
                .append("> implements ");
        out.append(api)
                .append(" {\n    ")
                .append(name)
                .append("(LeasedConnection connection, ")
                .append(api);
        out.append(" driver) {\n        super(connection, driver);\n    }\n");
        for (ExecutableElement method : methods) {
            switch (method.getSimpleName().toString()) {
                case "unwrap" ->
                    out.append("\n    @Override\n    public <T> T unwrap(java.lang.Class<T> type)")
                            .append(" throws java.sql.SQLException {\n        return unwrapTo(type);\n    }\n");
                case "isWrapperFor" ->
                    out.append("\n    @Override\n    public boolean isWrapperFor(java.lang.Class<?> type)")
                            .append(" throws java.sql.SQLException {\n        return wraps(type);\n    }\n");
                default -> MethodSource.forward(kind, method, out);
            }
        }
        out.append("}\n");
        return out;
    }
}
