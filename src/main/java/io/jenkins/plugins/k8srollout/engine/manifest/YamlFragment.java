package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** A part of an object, written as YAML in a form's field, under the same limits as manifests. */
public final class YamlFragment {
    private static final String READ = "read the YAML";

    private YamlFragment() {}

    /**
     * @param field the field's name, for the message
     * @param text YAML of at most one document
     * @return empty for blank text
     * @throws ReleaseException (refused input) if it is malformed, more than one document, or not a map
     */
    public static KubeObject parse(String field, String text) {
        List<YamlStream.Part> parts = YamlStream.split(text);
        if (parts.isEmpty()) {
            return KubeObject.empty();
        }
        if (parts.size() > 1) {
            throw refused(field, "it has more than one document", "Write one document without ---");
        }
        return parse(field, parts.get(0));
    }

    private static KubeObject parse(String field, YamlStream.Part part) {
        List<String> faults = new ArrayList<>();
        KubeObject found = KubeObject.empty();
        try {
            for (Node node : NodeComposer.compose(part.text())) {
                NodeReader reader = new NodeReader(
                        new Variables(Map.of()),
                        (at, rule, message, fix) -> faults.add("line " + LineIndex.lineOf(at) + ": " + message));
                Object value = reader.read(node);
                if (value instanceof Map) {
                    found = KubeObject.of((Map<?, ?>) value);
                } else if (value != null) {
                    faults.add("line " + LineIndex.lineOf(node) + ": it is not a map");
                }
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw refused(field, "line " + line + ": " + e.getProblem(), "Correct the YAML");
        } catch (NodeReader.TooLargeException | YAMLException e) {
            throw refused(field, "a limit is exceeded: " + e.getMessage(), "Write less, without aliases");
        }
        if (!faults.isEmpty()) {
            throw refused(field, faults.get(0), "Correct the YAML");
        }
        return found;
    }

    private static ReleaseException refused(String field, String reason, String remedy) {
        return ReleaseException.refused(READ, field, reason, remedy);
    }
}
