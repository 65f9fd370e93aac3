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
import java.util.stream.Stream;

/** What the watches have told so far, and which workload each object concerns. Not thread-safe. */
final class WatchedObjects {
    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final int DEEPEST = 4;

    // By name, which is the object's own text: a thousand waits may each know all objects of a namespace.
    private final Map<Kind, Map<String, KubeObject>> byKind = new HashMap<>();
    private final Set<Name> deleted = new HashSet<>();
    private final Set<KubeObject> earlier = new HashSet<>();

    /** Groups may use each other's kinds: a Service of Knative is none of the core group. */
    private record Kind(String group, String name, String namespace) {}

    /** A kind and a name in a namespace: what owner references and events go by. */
    record Name(String group, String kind, String namespace, String name) {
        static Name of(KubeObject object) {
            return of(object.ref());
        }

        static Name of(ObjectRef ref) {
            return new Name(ref.group(), ref.kind(), ref.namespace(), ref.name());
        }

        /** @param reference names an object of the same namespace */
        static Name of(KubeObject reference, String namespace) {
            return new Name(
                    ObjectRef.groupOf(reference.text("apiVersion").orElse("")),
                    reference.text("kind").orElse(""),
                    namespace,
                    reference.text("name").orElse(""));
        }
    }

    /** @param live false for what existed before the watch had told all that exists */
    void put(KubeObject object, boolean live) {
        Name name = Name.of(object);
        KubeObject before =
                byKind.computeIfAbsent(kind(name), k -> new LinkedHashMap<>()).put(name.name(), object);
        deleted.remove(name);
        if (object.kind().equals("Event")) {
            earlier.remove(before);
            if (!live && object.text("reason").orElse("").equals("FailedCreate")) {
                earlier.add(object);
            }
        }
    }

    void remove(KubeObject object) {
        Name name = Name.of(object);
        KubeObject gone = byKind.getOrDefault(kind(name), Map.of()).remove(name.name());
        earlier.remove(gone);
        if (!name.kind().equals("Event")) { // they expire, all the time, and nobody waits for one
            deleted.add(name);
        }
    }

    /** Failed creations of pods from before; one that was told anew since is none of them. */
    Set<KubeObject> earlierEvents() {
        return earlier;
    }

    Optional<KubeObject> find(ObjectRef ref) {
        return Optional.ofNullable(find(Name.of(ref)));
    }

    private KubeObject find(Name name) {
        return byKind.getOrDefault(kind(name), Map.of()).get(name.name());
    }

    /** Whether it was there and is gone. */
    boolean wasDeleted(ObjectRef ref) {
        return deleted.contains(Name.of(ref));
    }

    /** @param group empty text for the core group */
    List<KubeObject> in(String group, String kind, String namespace) {
        return List.copyOf(
                byKind.getOrDefault(new Kind(group, kind, namespace), Map.of()).values());
    }

    List<KubeObject> endpointsOf(ObjectRef service) {
        return Stream.of(
                        in("discovery.k8s.io", "EndpointSlice", service.namespace()),
                        in("", "Endpoints", service.namespace()))
                .flatMap(List::stream)
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
            case "Event" -> follow(Name.of(object.child("involvedObject"), object.namespace()), found, depth);
            case "EndpointSlice", "Endpoints" ->
                found.add(new Name("", "Service", object.namespace(), serviceOf(object)));
            default -> owners(object, found, depth);
        }
    }

    private void owners(KubeObject object, Set<Name> found, int depth) {
        for (KubeObject owner : object.children("metadata", "ownerReferences")) {
            follow(Name.of(owner, object.namespace()), found, depth);
        }
    }

    private void follow(Name name, Set<Name> found, int depth) {
        found.add(name);
        KubeObject known = find(name);
        if (known != null) {
            collect(known, found, depth + 1);
        }
    }

    /** The name of the Service that an EndpointSlice or Endpoints object is of. */
    static String serviceOf(KubeObject endpoints) {
        return endpoints.kind().equals("Endpoints")
                ? endpoints.name()
                : endpoints.labels().getOrDefault(SERVICE_NAME, "");
    }

    private static Kind kind(Name name) {
        return new Kind(name.group(), name.kind(), name.namespace());
    }

    /** The names of all objects of the same kind and namespace, for messages. */
    Collection<String> names(ObjectRef like) {
        return in(like.group(), like.kind(), like.namespace()).stream()
                .map(KubeObject::name)
                .sorted()
                .toList();
    }
}
