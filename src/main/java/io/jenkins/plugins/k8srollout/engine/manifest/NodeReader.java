package io.jenkins.plugins.k8srollout.engine.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns YAML nodes into plain values: maps with text keys, lists, text, numbers, booleans and null, whatever tags the
 * document carries. Collects what is wrong and goes on. For one document; not thread-safe.
 */
final class NodeReader {
    private static final int DEEPEST = 200;
    private static final int MOST_VALUES = 1_000_000;
    private static final String MERGE = "<<";

    /** Takes what is wrong at a node. */
    interface Complaints {
        void add(Node node, String rule, String message, String fix);
    }

    private final Variables variables;
    private final Complaints complaints;
    private final Set<Node> open = new HashSet<>();
    private int values;

    NodeReader(Variables variables, Complaints complaints) {
        this.variables = variables;
        this.complaints = complaints;
    }

    /** @return the value, or null where the node holds none or cannot be read */
    Object read(Node node) {
        if (++values > MOST_VALUES) {
            throw new TooLargeException(node, "its aliases expand to more than " + MOST_VALUES + " values");
        }
        if (node instanceof ScalarNode) {
            return scalar((ScalarNode) node);
        }
        if (!open.add(node)) {
            throw new TooLargeException(node, "an alias refers to what contains it");
        }
        if (open.size() > DEEPEST) {
            throw new TooLargeException(node, "it is nested deeper than " + DEEPEST + " levels");
        }
        checkTag(node, node instanceof MappingNode ? Tag.MAP : Tag.SEQ);
        Object value = node instanceof MappingNode ? map((MappingNode) node) : list((SequenceNode) node);
        open.remove(node);
        return value;
    }

    private List<Object> list(SequenceNode node) {
        List<Object> list = new ArrayList<>();
        node.getValue().forEach(item -> list.add(read(item)));
        return list;
    }

    private Map<String, Object> map(MappingNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Node key = tuple.getKeyNode();
            if (isMerge(key)) {
                continue;
            }
            String name = key(key);
            if (name == null) {
                continue;
            }
            Integer first = seen.putIfAbsent(name, LineIndex.lineOf(key));
            if (first != null) {
                complaints.add(
                        key,
                        "duplicate-key",
                        "the key '" + name + "' is there twice",
                        "Remove one of the two; Kubernetes would take only the last");
            }
            map.put(name, read(tuple.getValueNode()));
        }
        for (NodeTuple tuple : node.getValue()) {
            if (isMerge(tuple.getKeyNode())) {
                merge(tuple.getValueNode(), map);
            }
        }
        return map;
    }

    private void merge(Node source, Map<String, Object> target) {
        Object value = read(source);
        List<?> sources = value instanceof List ? (List<?>) value : List.of(value == null ? Map.of() : value);
        for (Object each : sources) {
            if (each instanceof Map) {
                ((Map<?, ?>) each).forEach((key, inner) -> target.putIfAbsent((String) key, inner));
            } else {
                complaints.add(source, "yaml-syntax", "'<<' can only merge maps", "Refer to a map with an anchor");
            }
        }
    }

    private String key(Node node) {
        if (node instanceof ScalarNode) {
            Object value = scalar((ScalarNode) node);
            if (value != null) {
                return value.toString();
            }
        }
        complaints.add(node, "yaml-syntax", "a key is not text", "Write the key as text, in quotes if need be");
        return null;
    }

    private Object scalar(ScalarNode node) {
        String text = variables.isEmpty()
                ? node.getValue()
                : variables.replace(
                        node.getValue(),
                        name -> complaints.add(
                                node,
                                "unknown-variable",
                                "there is no variable '" + name + "'",
                                "Set it, or write $${" + name + "} to keep the text as it is"));
        Tag tag = node.getTag();
        if (tag == NodeComposer.UNTAGGED) {
            if (PlainScalar.isNotFinite(text)) {
                complaints.add(node, "yaml-syntax", "'" + text + "' is not a number", "Put it in quotes to mean text");
            }
            return PlainScalar.value(text);
        }
        if (tag.equals(Tag.STR)) {
            return text;
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) || tag.equals(Tag.BOOL) || tag.equals(Tag.NULL)) {
            return PlainScalar.value(text);
        }
        checkTag(node, Tag.STR);
        return text;
    }

    private void checkTag(Node node, Tag expected) {
        if (!node.getTag().equals(expected)) {
            complaints.add(
                    node,
                    "yaml-tag",
                    "the tag '" + node.getTag() + "' is not allowed",
                    "Remove the tag; manifests are plain maps, lists and values");
        }
    }

    private static boolean isMerge(Node key) {
        return key instanceof ScalarNode
                && key.getTag() == NodeComposer.UNTAGGED
                && ((ScalarNode) key).getValue().equals(MERGE);
    }

    /** The document is built to exhaust its reader; nothing of it is used. */
    static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Node node;

        TooLargeException(Node node, String message) {
            super(message);
            this.node = node;
        }

        Node node() {
            return node;
        }
    }
}
