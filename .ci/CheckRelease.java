import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarInputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Checks what a release has put into a directory, and that a second build gave the same bytes.
 *
 * <p>Usage: {@code java CheckRelease.java VERSION SOURCE_TREE REPOSITORY OTHER_REPOSITORY}
 */
final class CheckRelease {
    /** Module directory and module name of each published library. */
    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "rockpool", List.of("pool", "dev.rockpool"),
            "rockpool-dashboard", List.of("pool/dashboard", "dev.rockpool.dashboard"),
            "rockpool-jdbc", List.of("pool-jdbc", "dev.rockpool.jdbc"),
            "rockpool-testing", List.of("pool-testing", "dev.rockpool.testing"));

    private static final String BOM = "rockpool-bom";

    private static final List<String> NEEDED_IN_POM = List.of(
            "groupId", "artifactId", "version", "name", "description", "url",
            "licenses/license/name", "licenses/license/url", "developers/developer/name",
            "scm/connection", "scm/developerConnection", "scm/url", "issueManagement/url");

    private static final List<String> ABSENT_FROM_POM = List.of(
            "parent", "properties", "build", "profiles", "reporting", "repositories", "pluginRepositories", "distributionManagement");

    /** Whom a library may bring to its users without being asked. */
    private static final Set<String> LIGHT =
            Set.of("dev.rockpool", "org.jetbrains.kotlin", "org.jetbrains.kotlinx", "io.github.oshai", "org.slf4j");

    private final String version;
    private final Path sources;
    private final Path repository;
    private final List<String> problems = new ArrayList<>();
    private int checks;

    private CheckRelease(String version, Path sources, Path repository) {
        this.version = version;
        this.sources = sources;
        this.repository = repository.resolve("dev/rockpool");
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 4) throw new IllegalArgumentException("4 arguments are needed, not " + args.length);
        var check = new CheckRelease(args[0], Path.of(args[1]), Path.of(args[2]));
        check.publishedArtifacts();
        check.checksums(Path.of(args[2]));
        for (String library : new TreeSet<>(LIBRARIES.keySet())) check.library(library);
        check.bom();
        check.sameBytes(Path.of(args[2]), Path.of(args[3]));
        check.problems.forEach(problem -> System.out.println("WRONG " + problem));
        System.out.println(check.checks + " checks of the release, " + check.problems.size() + " problems");
        if (!check.problems.isEmpty()) System.exit(1);
    }

    private void expect(boolean holds, String problem) {
        checks++;
        if (!holds) problems.add(problem);
    }

    private void publishedArtifacts() throws IOException {
        try (var directories = Files.list(repository)) {
            var found = directories.map(path -> path.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
            var wanted = new TreeSet<>(LIBRARIES.keySet());
            wanted.add(BOM);
            expect(found.equals(wanted), "published are " + found + " but must be " + wanted);
        }
    }

    private void library(String name) throws Exception {
        Path module = sources.resolve(LIBRARIES.get(name).get(0));
        Element pom = pom(name);
        expect(child(pom, "dependencyManagement") == null, name + ".pom has a dependencyManagement");
        dependencies(name, pom);

        byte[] jar = read(name, ".jar");
        try (var stream = new JarInputStream(new ByteArrayInputStream(jar))) {
            var manifest = stream.getManifest();
            String named = manifest == null ? null : manifest.getMainAttributes().getValue("Automatic-Module-Name");
            expect(LIBRARIES.get(name).get(1).equals(named), name + ".jar names its module '" + named + "'");
        }
        var classes = entries(jar).keySet();
        expect(classes.stream().anyMatch(entry -> entry.endsWith(".class")), name + ".jar has no classes");

        Set<String> packed = entries(read(name, "-sources.jar")).keySet();
        Map<String, byte[]> pages = entries(read(name, "-javadoc.jar"));
        for (var source : sourceFiles(module).entrySet()) {
            expect(packed.contains(source.getKey()), name + "-sources.jar lacks " + source.getKey());
            documentation(name, source.getKey(), source.getValue(), pages);
        }
        expect(pages.containsKey("index.html"), name + "-javadoc.jar has no index.html");
        billOfMaterials(name, pom);
    }

    /** A public type has a page that shows its documentation. */
    private void documentation(String name, String file, String text, Map<String, byte[]> pages) {
        if (file.contains("/internal/")) return;
        String type = file.replaceAll(".*/|\\.\\w+$", "");
        var declared = Pattern.compile("^public [a-z ]*(class|interface|object|enum|record) " + type + "\\b", Pattern.MULTILINE);
        if (!declared.matcher(text).find()) return;
        String page = type.replaceAll("([A-Z])", "-$1").toLowerCase() + "/index.html";
        byte[] found = pages.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("/" + page))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        expect(found != null, name + "-javadoc.jar has no page of " + type);
        expect(
                found == null || new String(found, UTF_8).contains("<p class=\"paragraph\">"),
                name + "-javadoc.jar has a page of " + type + " without a word about it");
    }

    private void dependencies(String name, Element pom) {
        for (Element dependency : children(child(pom, "dependencies"), "dependency")) {
            String id = text(dependency, "groupId") + ":" + text(dependency, "artifactId");
            String scope = text(dependency, "scope");
            String wanted = text(dependency, "version");
            expect(!wanted.isEmpty() && !wanted.contains("${") && !wanted.contains("SNAPSHOT"), name + ".pom: " + id + " has version '" + wanted + "'");
            expect(!scope.equals("test"), name + ".pom: " + id + " is for tests only");
            boolean brought = !scope.equals("provided") && !text(dependency, "optional").equals("true");
            expect(!brought || LIGHT.contains(text(dependency, "groupId")), name + ".pom brings " + id + " to every user");
        }
    }

    private void billOfMaterials(String name, Element pom) throws IOException {
        String sbom = new String(read(name, "-cyclonedx.json"), UTF_8);
        expect(sbom.contains("\"CycloneDX\""), name + "-cyclonedx.json is no CycloneDX bill of materials");
        for (Element dependency : children(child(pom, "dependencies"), "dependency")) {
            if (text(dependency, "scope").equals("provided") || text(dependency, "optional").equals("true")) continue;
            String purl = "pkg:maven/" + text(dependency, "groupId") + "/" + text(dependency, "artifactId") + "@" + text(dependency, "version");
            expect(sbom.contains(purl), name + "-cyclonedx.json lacks " + purl);
        }
        if (!name.equals("rockpool-dashboard")) return;
        int uplot = sbom.indexOf("\"uplot\"");
        boolean licensed = uplot >= 0 && sbom.substring(uplot, sbom.indexOf("\"purl\"", uplot)).contains("MIT");
        expect(licensed, name + "-cyclonedx.json lacks uPlot, whose files are in the jar, or its licence");
    }

    private void bom() throws Exception {
        Element pom = pom(BOM);
        var managed = new TreeSet<String>();
        for (Element dependency : children(child(child(pom, "dependencyManagement"), "dependencies"), "dependency")) {
            managed.add(text(dependency, "artifactId"));
            String wanted = text(dependency, "version");
            expect(wanted.equals(version) || wanted.equals("${project.version}"), BOM + ".pom manages a version '" + wanted + "'");
        }
        expect(managed.equals(LIBRARIES.keySet()), BOM + ".pom manages " + managed);
    }

    private Element pom(String name) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Element pom = factory.newDocumentBuilder().parse(new ByteArrayInputStream(read(name, ".pom"))).getDocumentElement();
        for (String path : NEEDED_IN_POM) {
            Element element = pom;
            for (String step : path.split("/")) element = child(element, step);
            String value = element == null ? "" : element.getTextContent().strip();
            expect(!value.isEmpty() && !value.contains("${"), name + ".pom: " + path + " is '" + value + "'");
        }
        expect(text(pom, "version").equals(version), name + ".pom has the version " + text(pom, "version"));
        for (String path : ABSENT_FROM_POM) expect(child(pom, path) == null, name + ".pom has a <" + path + ">");
        return pom;
    }

    private void checksums(Path root) throws Exception {
        for (var file : files(root).entrySet()) {
            if (file.getKey().matches(".*\\.(md5|sha1|asc)")) continue;
            for (var algorithm : Map.of("md5", "MD5", "sha1", "SHA-1").entrySet()) {
                Path beside = root.resolve(file.getKey() + "." + algorithm.getKey());
                byte[] digest = MessageDigest.getInstance(algorithm.getValue()).digest(file.getValue());
                expect(
                        Files.exists(beside) && Files.readString(beside).strip().equals(HexFormat.of().formatHex(digest)),
                        file.getKey() + " has no " + algorithm.getKey() + ", or a wrong one");
            }
        }
    }

    private void sameBytes(Path one, Path other) throws IOException {
        var first = files(one);
        var second = files(other);
        expect(first.keySet().equals(second.keySet()), "the second build has other files: " + second.keySet());
        first.forEach((name, bytes) -> {
            if (name.contains("maven-metadata.xml") || name.endsWith(".asc")) return; // say when they were made
            expect(Arrays.equals(bytes, second.get(name)), name + " differs between two builds");
        });
    }

    private byte[] read(String name, String suffix) throws IOException {
        Path file = repository.resolve(name).resolve(version).resolve(name + "-" + version + suffix);
        expect(Files.exists(file), file.getFileName() + " is missing");
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    private static Map<String, byte[]> files(Path root) throws IOException {
        var all = new TreeMap<String, byte[]>();
        try (var paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator)
                all.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
        }
        return all;
    }

    private static Map<String, String> sourceFiles(Path module) throws IOException {
        var all = new TreeMap<String, String>();
        for (String language : List.of("java", "kotlin")) {
            Path root = module.resolve("src/main").resolve(language);
            if (Files.isDirectory(root)) files(root).forEach((name, bytes) -> all.put(name, new String(bytes, UTF_8)));
        }
        return all;
    }

    private static Map<String, byte[]> entries(byte[] jar) throws IOException {
        var all = new TreeMap<String, byte[]>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) all.put(entry.getName(), zip.readAllBytes());
        }
        return all;
    }

    private static Element child(Element parent, String name) {
        return children(parent, name).stream().findFirst().orElse(null);
    }

    private static List<Element> children(Element parent, String name) {
        var found = new ArrayList<Element>();
        if (parent == null) return found;
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling())
            if (node instanceof Element element && element.getTagName().equals(name)) found.add(element);
        return found;
    }

    private static String text(Element parent, String name) {
        Element element = child(parent, name);
        return element == null ? "" : element.getTextContent().strip();
    }
}
