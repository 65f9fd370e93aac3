package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the watches have told so far, and which workload each object concerns. Not thread-safe. */
final class WatchedObjects {
    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final int DEEPEST = 4;

    private final Map<String, Map<String, KubeObject>> byKind = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();
    private final Set<KubeObject> earlier = new HashSet<>();

    /** A kind and a name in a namespace: what owner references and events go by. */
    record Name(String kind, String namespace, String name) {
        static Name of(KubeObject object) {
            return new Name(object.kind(), object.namespace(), object.name());
        }

        static Name of(ObjectRef ref) {
            return new Name(ref.kind(), ref.namespace(), ref.name());
        }
    }

    /** @param live false for what existed before the watch had told all that exists */
    void put(KubeObject object, boolean live) {
        KubeObject before = byKind.computeIfAbsent(object.kind(), k -> new LinkedHashMap<>())
                .put(key(object.ref()), object);
        deleted.remove(object.kind() + key(object.ref()));
        if (object.kind().equals("Event")) {
            earlier.remove(before);
            if (!live && object.text("reason").orElse("").equals("FailedCreate")) {
                earlier.add(object);
            }
        }
    }

    void remove(KubeObject object) {
        KubeObject gone = byKind.getOrDefault(object.kind(), Map.of()).remove(key(object.ref()));
        earlier.remove(gone);
        deleted.add(object.kind() + key(object.ref()));
    }

    /** Failed creations of pods from before; one that was told anew since is none of them. */
    Set<KubeObject> earlierEvents() {
        return earlier;
    }

    Optional<KubeObject> find(ObjectRef ref) {
        return Optional.ofNullable(byKind.getOrDefault(ref.kind(), Map.of()).get(key(ref)));
    }

    /** Whether it was there and is gone. */
    boolean wasDeleted(ObjectRef ref) {
        return deleted.contains(ref.kind() + key(ref));
    }

    List<KubeObject> in(String kind, String namespace) {
        return byKind.getOrDefault(kind, Map.of()).values().stream()
                .filter(o -> o.namespace().equals(namespace))
                .toList();
    }

    List<KubeObject> endpointsOf(ObjectRef service) {
        return List.of("EndpointSlice", "Endpoints").stream()
                .flatMap(kind -> in(kind, service.namespace()).stream())
                .filter(o -> serviceOf(o).equals(service.name()))
                .toList();
    }

    /**
     * Every object whose judgement may change with this one: itself, its owners, the object an event is about and that
     * one's owners, the service of an endpoint slice.
     */
    Set<Name> concernedBy(KubeObject object) {
        Set<Name> found = new HashSet<>();
        collect(object, found, 0);
        return found;
    }

    private void collect(KubeObject object, Set<Name> found, int depth) {
        found.add(Name.of(object));
        if (depth > DEEPEST) {
            return;
        }
        switch (object.kind()) {
            case "Event" ->
                follow(
                        new Name(
                                object.text("involvedObject", "kind").orElse(""),
                                object.namespace(),
                                object.text("involvedObject", "name").orElse("")),
                        found,
                        depth);
            case "EndpointSlice", "Endpoints" -> found.add(new Name("Service", object.namespace(), serviceOf(object)));
            default -> owners(object, found, depth);
        }
    }

    private void owners(KubeObject object, Set<Name> found, int depth) {
        for (KubeObject owner : object.children("metadata", "ownerReferences")) {
            Name name = new Name(
                    owner.text("kind").orElse(""),
                    object.namespace(),
                    owner.text("name").orElse(""));
            follow(name, found, depth);
        }
    }

    private void follow(Name name, Set<Name> found, int depth) {
        found.add(name);
        KubeObject known = byKind.getOrDefault(name.kind(), Map.of()).get(name.namespace() + "/" + name.name());
        if (known != null) {
            collect(known, found, depth + 1);
        }
    }

    private static String serviceOf(KubeObject endpoints) {
        return endpoints.kind().equals("Endpoints")
                ? endpoints.name()
                : endpoints.labels().getOrDefault(SERVICE_NAME, "");
    }

    private static String key(ObjectRef ref) {
        return ref.namespace() + "/" + ref.name();
    }

    /** The names of a kind's objects in a namespace, for messages. */
    Collection<String> names(String kind, String namespace) {
        return in(kind, namespace).stream().map(KubeObject::name).sorted().toList();
    }
}
