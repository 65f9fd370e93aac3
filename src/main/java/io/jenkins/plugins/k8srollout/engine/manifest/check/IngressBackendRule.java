package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;

/** Backends of an Ingress should be Services of the folder; they may be in the cluster already, so this only warns. */
final class IngressBackendRule implements Rule.OfItem {
    private static final String RULE = "ingress-backend";

    @Override
    public void check(Item item, Folder folder, Report report) {
        boolean services = item.is("networking.k8s.io", "Ingress")
                && folder.items().stream()
                        .anyMatch(i -> i.isCore("Service") && i.namespace().equals(item.namespace()));
        if (!services) {
            return;
        }
        backend(item, folder, report, "spec", "defaultBackend");
        for (int r = 0; r < item.object().items("spec", "rules").size(); r++) {
            int paths = item.object().items("spec", "rules", r, "http", "paths").size();
            for (int p = 0; p < paths; p++) {
                backend(item, folder, report, "spec", "rules", r, "http", "paths", p, "backend");
            }
        }
    }

    private static void backend(Item item, Folder folder, Report report, Object... path) {
        KubeObject backend = item.object().child(path).child("service");
        Optional<String> name = backend.text("name");
        if (name.isEmpty()) {
            return;
        }
        Optional<Item> service = folder.find("", "Service", item.namespace(), name.get());
        if (service.isEmpty()) {
            report.warning(
                    item,
                    RULE,
                    "the Service '" + name.get() + "' is not in this folder",
                    "Correct the name, unless the Service is made elsewhere",
                    path);
            return;
        }
        List<KubeObject> ports = service.get().object().children("spec", "ports");
        Object wanted = backend.find("port", "name")
                .or(() -> backend.find("port", "number"))
                .orElse("");
        boolean found = ports.stream()
                .anyMatch(port -> port.find("name").filter(wanted::equals).isPresent()
                        || port.find("port").filter(wanted::equals).isPresent());
        if (!found) {
            report.warning(
                    item,
                    RULE,
                    "the Service '" + name.get() + "' has no port '" + wanted + "'",
                    "Name one of its ports: "
                            + ports.stream().map(IngressBackendRule::shown).toList(),
                    path);
        }
    }

    private static String shown(KubeObject port) {
        String number = port.number("port").map(String::valueOf).orElse("?");
        return port.text("name").map(name -> name + " (" + number + ")").orElse(number);
    }
}
