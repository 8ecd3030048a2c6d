package shop;

import java.io.File;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import kotlinx.validation.api.KotlinSignaturesLoadingKt;

/**
 * The public members of a jar that Java code can name, by name and descriptor. Kotlin's own tool reads them, because it
 * knows what is public to the JVM but internal to Kotlin. Java does not see synthetic members.
 */
final class Api {
    private static final Pattern CLASS = Pattern.compile("public [a-z ]*(?:class|interface) ([^ ]+)");
    private static final Pattern FUNCTION = Pattern.compile("\t(?:public|protected) .*?fun ([^ ]+) (\\([^ ]+)");
    private static final Pattern FIELD = Pattern.compile("\tpublic .*?field ([^ ]+) ([^ ]+)");

    /** For coroutines. Java's counterparts are in Transaction and RockpoolExtension. */
    private static final Set<String> FOR_KOTLIN = Set.of(
            "dev/rockpool/jdbc/TransactionScope",
            "dev/rockpool/testing/PoolPerTest",
            "dev/rockpool/testing/PoolPerTestKt",
            "dev/rockpool/testing/PoolTestKt",
            "dev/rockpool/testing/PoolTestScope");

    private static final Set<String> OF_OBJECT = Set.of("equals", "hashCode", "toString");
    private static final Set<String> OF_ENUMS = Set.of("values", "valueOf", "getEntries");
    private static final Set<String> CALLED_BY_JUNIT = Set.of("afterEach", "supportsParameter", "resolveParameter");

    private final Set<String> members = new HashSet<>();

    /** The class that is being read. */
    private String type;

    private Api() {}

    /** The members of the jar that contains this class. */
    static Set<String> of(Class<?> one) throws IOException {
        var file = new File(one.getProtectionDomain().getCodeSource().getLocation().getPath());
        var internal = List.of(
                "dev.rockpool.internal",
                "dev.rockpool.dashboard.internal",
                "dev.rockpool.jdbc.internal",
                "dev.rockpool.jdbc.spring");
        try (var jar = new JarFile(file)) {
            var classes = KotlinSignaturesLoadingKt.filterOutNonPublic(
                    KotlinSignaturesLoadingKt.loadApiFromJvmClasses(jar, name -> true), internal, List.of());
            var dump = KotlinSignaturesLoadingKt.dump(classes, new StringBuilder()).toString();
            var api = new Api();
            dump.lines().forEach(api::read);
            return api.members;
        }
    }

    private void read(String line) {
        if (line.startsWith("public ")) type = typeIn(line);
        if (type == null || line.contains(" synthetic ")) return;
        var function = FUNCTION.matcher(line);
        var field = FIELD.matcher(line);
        if (function.lookingAt() && isForJava(type, function.group(1)))
            members.add(type + "." + function.group(1) + function.group(2));
        else if (field.lookingAt() && isRead(type, field.group(1), field.group(2)))
            members.add(type + "." + field.group(1));
    }

    /**
     * The type of a line; null if it is not for Java. Members of a companion for Java are static in the outer class.
     */
    private static String typeIn(String line) {
        var type = CLASS.matcher(line);
        if (!type.lookingAt()) throw new AssertionError("no class: " + line);
        String name = type.group(1);
        return line.contains(" synthetic ") || name.endsWith("$Companion") || FOR_KOTLIN.contains(name) ? null : name;
    }

    private static boolean isForJava(String type, String function) {
        return !OF_OBJECT.contains(function)
                && !(isEnum(type) && OF_ENUMS.contains(function))
                && !(type.endsWith("/RockpoolExtension") && CALLED_BY_JUNIT.contains(function));
    }

    /** Enum constants need no test each. The compiler inlines numbers and texts, so no class shows that it reads one. */
    private static boolean isRead(String type, String field, String descriptor) {
        boolean inlined = !descriptor.startsWith("L") || descriptor.equals("Ljava/lang/String;");
        return !field.equals("Companion") && !isEnum(type) && !inlined;
    }

    private static boolean isEnum(String type) {
        try {
            return Class.forName(type.replace('/', '.'), false, Api.class.getClassLoader())
                    .isEnum();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
