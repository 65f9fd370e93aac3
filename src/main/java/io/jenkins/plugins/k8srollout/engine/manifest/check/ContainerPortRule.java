package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.manifest.PodTemplate;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Ports of containers, and probes that name them. */
final class ContainerPortRule implements Rule.OfTemplate {
    private static final List<String> PROBES = List.of("livenessProbe", "readinessProbe", "startupProbe");
    private static final int HIGHEST = 65535;

    @Override
    public void check(Item item, PodTemplate template, Folder folder, Report report) {
        for (PodTemplate.Container container : template.containers()) {
            List<KubeObject> ports = container.fields().children("ports");
            Set<String> names = new TreeSet<>();
            for (int i = 0; i < ports.size(); i++) {
                Object[] path = container.at("ports", i);
                ports.get(i).text("name").ifPresent(names::add);
                port(item, ports.get(i), report, path);
            }
            for (String probe : PROBES) {
                for (String action : List.of("httpGet", "tcpSocket")) {
                    probe(item, names, container.fields(), report, container.at(probe, action, "port"));
                }
            }
        }
    }

    static boolean isPort(Optional<Long> number) {
        return number.filter(n -> n >= 1 && n <= HIGHEST).isPresent();
    }

    private static void port(Item item, KubeObject port, Report report, Object... path) {
        if (!isPort(port.number("containerPort"))) {
            report.error(
                    item,
                    "container-port",
                    "containerPort is not a number from 1 to 65535",
                    "Write for example containerPort: 8080",
                    path);
        }
        port.text("name")
                .filter(name -> !Syntax.isPortName(name))
                .ifPresent(name -> report.error(
                        item,
                        "container-port",
                        "the port name '" + name + "' is not allowed",
                        "Use at most 15 lower-case letters, digits and '-', at least one of them a letter",
                        path));
    }

    private static void probe(Item item, Set<String> names, KubeObject container, Report report, Object... path) {
        Optional<Object> port = item.object().find(path);
        if (port.isEmpty()) {
            return;
        }
        boolean named = port.get() instanceof String && !((String) port.get()).matches("[0-9]+");
        if (named && !names.contains(port.get())) {
            report.error(
                    item,
                    "probe-port",
                    "the probe asks the port '" + port.get() + "', which container '"
                            + container.text("name").orElse("") + "' does not have",
                    names.isEmpty() ? "Give the port's number" : "Name one of " + String.join(", ", names),
                    path);
        } else if (!named
                && port.get() instanceof Number
                && !isPort(item.object().number(path))) {
            report.error(
                    item,
                    "probe-port",
                    "the probe's port is not from 1 to 65535",
                    "Give the port the process listens on",
                    path);
        }
    }
}
