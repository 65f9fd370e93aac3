package io.jenkins.plugins.k8srollout.engine.manifest;

import java.util.List;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Knows the line of every field of one document. Immutable once made. */
public final class LineIndex {
    /** For objects that come from no file: every line is 0, which means unknown. */
    public static final LineIndex NONE = new LineIndex(null, 0);

    private final Node root;
    private final int offset;

    /** @param offset lines of the file before the text that {@code root} was composed from */
    LineIndex(Node root, int offset) {
        this.root = root;
        this.offset = offset;
    }

    /** The index of an inner object, such as an item of a list. */
    LineIndex at(Object... path) {
        Node node = root;
        for (Object step : path) {
            node = value(node, step);
        }
        return node == null ? this : new LineIndex(node, offset);
    }

    /**
     * @param path map keys and list positions
     * @return the line of the field's key, or of the list item's start, from 1; that of the nearest parent if there is
     *     no such field
     */
    public int lineOf(Object... path) {
        if (root == null) {
            return 0;
        }
        Node node = root;
        int line = lineOf(root);
        for (Object step : path) {
            Node key = key(node, step);
            node = value(node, step);
            if (node == null) {
                break;
            }
            line = lineOf(key == null ? node : key);
        }
        return line + offset;
    }

    static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static Node key(Node node, Object step) {
        if (node instanceof MappingNode) {
            for (NodeTuple tuple : ((MappingNode) node).getValue()) {
                if (isKey(tuple.getKeyNode(), step)) {
                    return tuple.getKeyNode();
                }
            }
        }
        return null;
    }

    private static Node value(Node node, Object step) {
        if (node instanceof MappingNode) {
            for (NodeTuple tuple : ((MappingNode) node).getValue()) {
                if (isKey(tuple.getKeyNode(), step)) {
                    return tuple.getValueNode();
                }
            }
        } else if (node instanceof SequenceNode && step instanceof Integer) {
            List<Node> items = ((SequenceNode) node).getValue();
            int index = (Integer) step;
            return index < items.size() ? items.get(index) : null;
        }
        return null;
    }

    private static boolean isKey(Node node, Object step) {
        return node instanceof ScalarNode && ((ScalarNode) node).getValue().equals(step);
    }
}
