package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ManifestSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads manifest files, YAML or JSON, into objects. What cannot be read becomes a finding with file, document and line;
 * all documents are read, whatever is wrong with one of them. Fields that only a server sets, as exported manifests have
 * them, are left out. Thread-safe.
 */
public final class ManifestLoader {
    private static final int MOST_DOCUMENTS = 10_000;

    private final Variables variables;
    private final List<ManifestDocument> documents = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private ManifestLoader(Map<String, String> variables) {
        this.variables = new Variables(variables);
    }

    /**
     * @param variables values for <code>${NAME}</code>; if empty, such text is left alone, else a name without a value
     *     is an error and <code>$${NAME}</code> stands for the text itself
     */
    public static LoadedManifests load(List<ManifestSource> sources, Map<String, String> variables) {
        ManifestLoader loader = new ManifestLoader(variables);
        sources.forEach(loader::file);
        return new LoadedManifests(loader.documents, loader.findings);
    }

    private void file(ManifestSource source) {
        for (YamlStream.Part part : YamlStream.split(source.text())) {
            if (documents.size() >= MOST_DOCUMENTS) {
                add(
                        source,
                        part,
                        1,
                        "too-large",
                        "there are more than " + MOST_DOCUMENTS + " objects",
                        "Release fewer");
                return;
            }
            part(source, part);
        }
    }

    private void part(ManifestSource source, YamlStream.Part part) {
        try {
            for (Node node : NodeComposer.compose(part.text())) {
                node(source, part, node);
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            String message = "it is not valid YAML: " + e.getProblem();
            add(source, part, line, "yaml-syntax", message, YamlAdvice.of(part.text(), line, e.getProblem()));
        } catch (NodeReader.TooLargeException e) {
            String fix = "Write the parts out instead of using aliases";
            add(source, part, LineIndex.lineOf(e.node()), "too-large", e.getMessage(), fix);
        } catch (YAMLException e) {
            add(
                    source,
                    part,
                    1,
                    "too-large",
                    "a limit is exceeded: " + e.getMessage(),
                    "Write it with fewer aliases and levels");
        }
    }

    private void node(ManifestSource source, YamlStream.Part part, Node node) {
        int before = findings.size();
        NodeReader reader = new NodeReader(
                variables, (at, rule, message, fix) -> add(source, part, LineIndex.lineOf(at), rule, message, fix));
        Object value = reader.read(node);
        LineIndex lines = new LineIndex(node, part.linesBefore());
        if (value == null) {
            return;
        }
        if (!(value instanceof Map)) {
            String fix = "A manifest is a map that starts with apiVersion and kind";
            add(source, part, LineIndex.lineOf(node), "not-an-object", "the document is not an object", fix);
            return;
        }
        KubeObject object = KubeObject.of((Map<?, ?>) value);
        // An object with unreadable parts is kept for the other rules only if it is known what it is.
        if (findings.size() == before || !object.kind().isEmpty()) {
            object(new ManifestDocument(object, source.file(), part.number(), lines));
        }
    }

    private void object(ManifestDocument document) {
        KubeObject object = document.object();
        if (object.kind().endsWith("List")
                && object.find("items").filter(List.class::isInstance).isPresent()) {
            items(document);
            return;
        }
        int before = findings.size();
        if (object.apiVersion().isEmpty()) {
            missing(document, "apiVersion", "Add a line such as apiVersion: apps/v1");
        }
        if (object.kind().isEmpty()) {
            missing(document, "kind", "Add a line such as kind: Deployment");
        }
        if (object.name().isEmpty()) {
            boolean generated = object.has("metadata", "generateName");
            missing(
                    document,
                    "metadata.name",
                    generated
                            ? "Replace generateName by a name: applying needs one to be repeatable"
                            : "Add metadata.name");
        }
        if (findings.size() == before) {
            documents.add(document.with(ServerFields.without(object)));
        }
    }

    /** As kubectl does, items of a list that say nothing of their kind have that of the list. */
    private void items(ManifestDocument list) {
        List<Object> items = list.object().items("items");
        String kind = list.object().kind();
        for (int i = 0; i < items.size(); i++) {
            LineIndex lines = list.lines().at("items", i);
            if (!(items.get(i) instanceof Map)) {
                findings.add(list.finding(
                        Severity.ERROR, "not-an-object", "an item of the list is not an object", "", "items", i));
                continue;
            }
            KubeObject item = KubeObject.of((Map<?, ?>) items.get(i));
            if (!kind.equals("List") && item.kind().isEmpty()) {
                item = item.with(list.object().apiVersion(), "apiVersion")
                        .with(kind.substring(0, kind.length() - "List".length()), "kind");
            }
            object(new ManifestDocument(item, list.file(), list.document(), lines));
        }
    }

    private void missing(ManifestDocument document, String field, String fix) {
        findings.add(document.finding(Severity.ERROR, "missing-" + rule(field), field + " is missing", fix));
    }

    private static String rule(String field) {
        return field.equals("apiVersion") ? "api-version" : field.substring(field.lastIndexOf('.') + 1);
    }

    private void add(ManifestSource source, YamlStream.Part part, int line, String rule, String message, String fix) {
        findings.add(new Finding(
                Severity.ERROR, rule, source.file(), part.number(), line + part.linesBefore(), "", message, fix));
    }
}
