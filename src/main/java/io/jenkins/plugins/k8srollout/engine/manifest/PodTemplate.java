package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The pod template inside an object; for a bare Pod, the Pod itself. Immutable.
 *
 * @param owner the object that holds the template
 * @param path where the template stands in it; empty for a Pod
 */
public record PodTemplate(KubeObject owner, List<Object> path) {
    private static final List<String> SECTIONS = List.of("initContainers", "containers");

    public PodTemplate {
        path = List.copyOf(path);
    }

    /**
     * One container of the template.
     *
     * @param path where it stands in the owner
     * @param init whether it runs before the others
     * @param fields its content
     */
    public record Container(List<Object> path, boolean init, KubeObject fields) {
        public String name() {
            return fields.text("name").orElse("");
        }

        /** As written, which need not be a well-formed image name; empty text if there is none. */
        public String image() {
            return fields.text("image").orElse("");
        }

        /** The path of one of its fields, in the owner. */
        public Object[] at(Object... more) {
            return join(path, more);
        }
    }

    /** The path of one of the template's fields, in the owner. */
    public Object[] at(Object... more) {
        return join(path, more);
    }

    /** The template with its {@code metadata} and {@code spec}. */
    public KubeObject template() {
        return path.isEmpty() ? owner : owner.child(path.toArray());
    }

    public KubeObject spec() {
        return template().child("spec");
    }

    public Map<String, String> labels() {
        return template().labels();
    }

    /** Init containers first, as they run. */
    public List<Container> containers() {
        List<Container> found = new ArrayList<>();
        KubeObject spec = spec();
        for (String section : SECTIONS) {
            List<Object> items = spec.items(section);
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof Map) {
                    List<Object> place = List.of(at("spec", section, i));
                    found.add(new Container(place, section.equals("initContainers"), spec.child(section, i)));
                }
            }
        }
        return List.copyOf(found);
    }

    public List<KubeObject> volumes() {
        return spec().children("volumes");
    }

    /** Every ConfigMap and Secret whose content reaches the containers, in order of appearance, duplicates included. */
    public List<ConfigReference> configReferences() {
        return ConfigReferences.of(this);
    }

    private static Object[] join(List<Object> start, Object... more) {
        List<Object> path = new ArrayList<>(start);
        path.addAll(List.of(more));
        return path.toArray();
    }
}
