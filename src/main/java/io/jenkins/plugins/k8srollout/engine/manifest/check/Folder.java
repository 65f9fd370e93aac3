package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.ImageSubstitution;
import io.jenkins.plugins.k8srollout.engine.manifest.ManifestDocument;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplates;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.ApiUpgrade;
import io.jenkins.plugins.k8srollout.engine.manifest.upgrade.Upgrade;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ServedApis.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** All objects of a release as they would be applied, and how they find each other. Immutable. */
final class Folder {

    /** A workload with pods that stay. */
    record Serving(Item item, PodTemplate template, Map<String, String> labels) {}

    private final CheckContext context;
    private final List<Item> items;
    private final Map<String, Item> byName = new LinkedHashMap<>();
    private final ImageSubstitution.Result images;
    private final Map<String, List<Serving>> serving = new HashMap<>();
    private final Set<String> definedKinds = new HashSet<>();

    private Folder(CheckContext context, List<Item> items, ImageSubstitution.Result images) {
        this.context = context;
        this.items = items;
        this.images = images;
        for (Item item : items) {
            byName.putIfAbsent(
                    key(item.object().ref().group(), item.object().kind(), item.namespace(), item.name()), item);
            item.servingTemplate()
                    .ifPresent(template -> serving.computeIfAbsent(item.namespace(), n -> new ArrayList<>())
                            .add(new Serving(item, template, template.labels())));
            if (item.object().kind().equals("CustomResourceDefinition")) {
                define(item.object());
            }
        }
    }

    static Folder of(List<ManifestDocument> documents, CheckContext context) {
        Set<String> classes = new HashSet<>(context.ingressClasses());
        documents.stream()
                .map(ManifestDocument::object)
                .filter(object -> object.kind().equals("IngressClass"))
                .forEach(object -> classes.add(object.name()));
        List<Upgrade> upgrades = documents.stream()
                .map(document -> ApiUpgrade.upgrade(document.object(), context.apis(), classes))
                .toList();
        ImageSubstitution.Result images =
                ImageSubstitution.replace(upgrades.stream().map(Upgrade::object).toList(), context.images());
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            KubeObject object = images.objects().get(i);
            items.add(new Item(
                    documents.get(i).with(object),
                    upgrades.get(i),
                    namespaceOf(object, context),
                    PodTemplates.of(object)));
        }
        return new Folder(context, List.copyOf(items), images);
    }

    private static String namespaceOf(KubeObject object, CheckContext context) {
        boolean clusterScoped = context.apis()
                .resource(object.apiVersion(), object.kind())
                .filter(resource -> !resource.namespaced())
                .isPresent();
        String own = object.namespace();
        return clusterScoped ? "" : own.isEmpty() ? context.namespace() : own;
    }

    private void define(KubeObject definition) {
        String group = definition.text("spec", "group").orElse("");
        String kind = definition.text("spec", "names", "kind").orElse("");
        Stream.concat(
                        definition.children("spec", "versions").stream()
                                .map(v -> v.text("name").orElse("")),
                        definition.text("spec", "version").stream())
                .forEach(version -> definedKinds.add(group + "/" + version + " " + kind));
    }

    CheckContext context() {
        return context;
    }

    List<Item> items() {
        return items;
    }

    ImageSubstitution.Result images() {
        return images;
    }

    /** Whether the cluster, or a definition in the folder, knows the object's kind in its version. */
    boolean isKnown(KubeObject object) {
        Optional<Resource> served = context.apis().resource(object.apiVersion(), object.kind());
        return served.isPresent() || definedKinds.contains(object.apiVersion() + " " + object.kind());
    }

    /** The first object of that name, whatever its version. */
    Optional<Item> find(String group, String kind, String namespace, String name) {
        return Optional.ofNullable(byName.get(key(group, kind, namespace, name)));
    }

    /** Pods that a selector in this namespace could mean. */
    List<Serving> serving(String namespace) {
        return serving.getOrDefault(namespace, List.of());
    }

    private static String key(String group, String kind, String namespace, String name) {
        return group + " " + kind + " " + namespace + " " + name;
    }
}
