package io.jenkins.plugins.k8srollout.engine.manifest.upgrade;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Ingresses, whose backends and path types were reshaped for {@code networking.k8s.io/v1}. */
final class IngressUpgrade implements KindUpgrade {
    private static final String V1 = "networking.k8s.io/v1";
    private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");

    @Override
    public List<String> kinds() {
        return List.of("Ingress");
    }

    @Override
    public List<String> versions() {
        return List.of(V1, "networking.k8s.io/v1beta1", "extensions/v1beta1");
    }

    @Override
    public Optional<KubeObject> convert(KubeObject object, String to, ApiUpgrade.Notes notes) {
        if (to.equals(V1)) {
            return Optional.of(toV1(object, notes));
        }
        return Optional.of(object.apiVersion().equals(V1) ? fromV1(object) : object);
    }

    private static KubeObject toV1(KubeObject object, ApiUpgrade.Notes notes) {
        KubeObject result = withClass(object, notes);
        if (result.has("spec", "backend")) {
            Object backend = newBackend(result.child("spec", "backend"), notes).fields();
            result = renamed(result, "backend", "defaultBackend").with(backend, "spec", "defaultBackend");
        }
        return eachPath(result, path -> {
            KubeObject changed =
                    path.with(newBackend(path.child("backend"), notes).fields(), "backend");
            return path.has("pathType") ? changed : changed.with("ImplementationSpecific", "pathType");
        });
    }

    private static KubeObject fromV1(KubeObject object) {
        KubeObject result = object;
        if (result.has("spec", "defaultBackend")) {
            Object backend = oldBackend(result.child("spec", "defaultBackend")).fields();
            result = renamed(result, "defaultBackend", "backend").with(backend, "spec", "backend");
        }
        return eachPath(
                result, path -> path.with(oldBackend(path.child("backend")).fields(), "backend"));
    }

    /** The annotation still works in v1, and it alone works where there is no IngressClass object of that name. */
    private static KubeObject withClass(KubeObject object, ApiUpgrade.Notes notes) {
        Optional<String> name = object.text("metadata", "annotations", CLASS_ANNOTATION);
        if (name.isEmpty()) {
            return object;
        }
        if (object.has("spec", "ingressClassName")) {
            notes.add("the annotation " + CLASS_ANNOTATION + " was removed: it must not stand beside ingressClassName");
            return withoutAnnotation(object);
        }
        if (!notes.hasIngressClass(name.get())) {
            notes.add("the annotation " + CLASS_ANNOTATION + " was kept, as no IngressClass '" + name.get()
                    + "' is known; controllers still honour it");
            return object;
        }
        notes.add("the annotation " + CLASS_ANNOTATION + " became spec.ingressClassName");
        return withoutAnnotation(object).with(name.get(), "spec", "ingressClassName");
    }

    private static KubeObject withoutAnnotation(KubeObject object) {
        KubeObject result = object.without("metadata", "annotations", CLASS_ANNOTATION);
        return result.child("metadata", "annotations").isEmpty() ? result.without("metadata", "annotations") : result;
    }

    private static KubeObject eachPath(KubeObject object, UnaryOperator<KubeObject> change) {
        List<Object> rules = new ArrayList<>();
        for (KubeObject rule : object.children("spec", "rules")) {
            List<Object> paths = new ArrayList<>();
            rule.children("http", "paths")
                    .forEach(path -> paths.add(change.apply(path).fields()));
            rules.add(
                    paths.isEmpty()
                            ? rule.fields()
                            : rule.with(paths, "http", "paths").fields());
        }
        return rules.isEmpty() ? object : object.with(rules, "spec", "rules");
    }

    private static KubeObject newBackend(KubeObject old, ApiUpgrade.Notes notes) {
        if (!old.has("serviceName")) {
            return old;
        }
        KubeObject backend = old.without("serviceName").without("servicePort");
        backend = backend.with(old.find("serviceName").get(), "service", "name");
        Object port = old.find("servicePort").orElse(null);
        if (port instanceof String && NUMBER.matcher((String) port).matches()) {
            notes.add("the port \"" + port + "\" of service "
                    + old.find("serviceName").get() + " was text and is a number now");
            port = Long.valueOf((String) port);
        }
        if (port == null) {
            return backend;
        }
        return backend.with(port, "service", "port", port instanceof String ? "name" : "number");
    }

    private static KubeObject oldBackend(KubeObject backend) {
        if (!backend.has("service")) {
            return backend;
        }
        KubeObject old = backend.without("service");
        Object port = backend.find("service", "port", "number")
                .or(() -> backend.find("service", "port", "name"))
                .orElse(null);
        old = old.with(backend.find("service", "name").orElse(null), "serviceName");
        return port == null ? old : old.with(port, "servicePort");
    }

    /** Renames a field of spec in its place, so that the diff shows one line and not a move. */
    private static KubeObject renamed(KubeObject object, String from, String to) {
        Map<String, Object> spec = new LinkedHashMap<>();
        object.child("spec").fields().forEach((key, value) -> spec.put(key.equals(from) ? to : key, value));
        return object.with(spec, "spec");
    }
}
