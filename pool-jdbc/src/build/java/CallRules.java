import java.util.Set;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.TypeKind;

/** What a call may do besides its result, as far as its name and type tell. */
final class CallRules {
    private CallRules() {}

    /** Whether this call may run something on the server, and so open a transaction or leave warnings. */
    static boolean runs(Kind kind, ExecutableElement method) {
        String name = method.getSimpleName().toString();
        return switch (kind.name()) {
            case "Connection" -> name.equals("setSavepoint");
            case "Statement", "PreparedStatement", "CallableStatement" ->
                name.startsWith("execute") || name.equals("getMetaData") || name.equals("getParameterMetaData");
            case "ResultSet" ->
                Set.of("insertRow", "updateRow", "deleteRow", "refreshRow").contains(name);
            case "DatabaseMetaData" ->
                method.getReturnType().getKind() != TypeKind.BOOLEAN
                        && !name.matches("get(Driver|Database|JDBC|URL|UserName).*");
            default -> !name.matches("getColumn(Count|Label)");
        };
    }

    /** Whether this call, which runs nothing, may leave a warning: that another kind of statement was made than was asked for. */
    static boolean warns(Kind kind, ExecutableElement method) {
        return kind.name().equals("Connection")
                && method.getSimpleName().contentEquals("createStatement")
                && !method.getParameters().isEmpty();
    }

    /** Whether a statement works in another way from then on than it did when it was made. */
    static boolean changes(Kind kind, ExecutableElement method) {
        return kind.name().equals("Statement")
                && method.getSimpleName().toString().matches("set.*|getMoreResults|addBatch");
    }

    /** Whether its argument is SQL that runs later. */
    static boolean isText(Kind kind, ExecutableElement method) {
        return kind.name().equals("Statement")
                && method.getSimpleName().contentEquals("addBatch")
                && !method.getParameters().isEmpty();
    }

    /** Whether this call may wait for the server for long. */
    static boolean waits(Kind kind, ExecutableElement method) {
        return runs(kind, method)
                || kind.name().equals("ResultSet") && method.getSimpleName().contentEquals("next");
    }

    /** Whether this call only asks what the statement would return. What it returned last stays. */
    static boolean asks(ExecutableElement method) {
        return method.getSimpleName().toString().matches("get(Parameter)?MetaData");
    }

    /** Whether it ends a value. */
    static boolean isFree(Kind kind, ExecutableElement method) {
        return kind.isValue() && method.getSimpleName().contentEquals("free");
    }
}
