package dev.rockpool.jdbc.internal.files;

import dev.rockpool.jdbc.internal.files.Entry.Form;
import dev.rockpool.jdbc.internal.files.Entry.Key;
import dev.rockpool.jdbc.internal.files.Entry.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads YAML, and JSON, which is a part of YAML. The only class that needs snakeyaml-engine. */
final class YamlReader {
    /** A file with aliases of aliases could have millions. */
    private static final int MOST = 10_000;

    private final String source;
    private final Problems problems;
    private final List<Entry> entries = new ArrayList<>();

    private YamlReader(String source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    static List<Entry> read(String source, String text, Problems problems) {
        YamlReader reader = new YamlReader(source, problems);
        reader.read(text);
        return reader.entries;
    }

    private void read(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setAllowDuplicateKeys(true) // they are reported with the other problems
                .setSchema(new CoreSchema())
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) return;
            if (root.get() instanceof MappingNode object) readObject(List.of(), object);
            else problems.add(place(root.get()), "the file must have an object with pools");
        } catch (MarkedYamlEngineException e) {
            // Its message would show a part of the text, which may be a secret.
            Place place = e.getProblemMark().map(this::place).orElse(Place.of(source));
            problems.add(place, "the file is not valid YAML here: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.add(Place.of(source), "the file is not valid YAML");
        }
    }

    private void readObject(List<Key> path, MappingNode object) {
        Map<String, Place> seen = new HashMap<>();
        for (NodeTuple member : object.getValue()) {
            Place place = place(member.getKeyNode());
            if (!(member.getKeyNode() instanceof ScalarNode name)) {
                problems.add(place, "a key must be one text");
                continue;
            }
            List<Key> keys = new ArrayList<>(path);
            keys.add(new Key(name.getValue(), place));
            Place first = seen.putIfAbsent(name.getValue(), place);
            Entry entry = new Entry(keys, new Value(Form.EMPTY, List.of(), place(member.getValueNode())));
            if (first == null) read(entry, member.getValueNode());
            else problems.add(place, entry.path() + " is given twice; it is also at " + first);
        }
    }

    private void read(Entry entry, Node node) {
        if (node instanceof MappingNode object && !object.getValue().isEmpty()) {
            if (node.isRecursive()) problems.add(place(node), entry.path() + " contains itself");
            else readObject(entry.keys(), object);
            return;
        }
        if (entries.size() == MOST) throw new YamlEngineException("too many values");
        if (node instanceof ScalarNode scalar) {
            boolean isNull = scalar.isPlain() && scalar.getTag().equals(Tag.NULL);
            add(entry, isNull ? Form.NULL : Form.TEXT, isNull ? List.of() : List.of(scalar.getValue()));
        } else if (node instanceof SequenceNode list) readList(entry, list);
        else entries.add(entry);
    }

    private void readList(Entry entry, SequenceNode list) {
        List<String> texts = new ArrayList<>();
        for (Node item : list.getValue()) {
            if (item instanceof ScalarNode scalar) texts.add(scalar.getValue());
            else problems.add(place(item), entry.path() + " has an item that is not a text");
        }
        add(entry, Form.LIST, texts);
    }

    private void add(Entry entry, Form form, List<String> texts) {
        entries.add(new Entry(entry.keys(), new Value(form, texts, entry.value().place())));
    }

    private Place place(Node node) {
        return node.getStartMark().map(this::place).orElse(Place.of(source));
    }

    private Place place(Mark mark) {
        return new Place(source, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
