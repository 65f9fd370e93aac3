package io.jenkins.plugins.k8srollout.engine.manifest.check;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Ports of Services. */
final class ServicePortRule implements Rule.OfItem {
    private static final String RULE = "service-port";
    private static final int LOWEST_NODE_PORT = 30000;
    private static final int HIGHEST_NODE_PORT = 32767;
    private static final Set<String> WITH_NODE_PORTS = Set.of("NodePort", "LoadBalancer");

    @Override
    public void check(Item item, Folder folder, Report report) {
        if (!item.isCore("Service")) {
            return;
        }
        String type = item.object().text("spec", "type").orElse("ClusterIP");
        List<KubeObject> ports = item.object().children("spec", "ports");
        boolean headless =
                item.object().text("spec", "clusterIP").filter("None"::equals).isPresent();
        boolean none = item.object()
                .find("spec", "ports")
                .filter(value -> !value.equals(List.of()))
                .isEmpty();
        if (none && !headless && !type.equals("ExternalName")) {
            report.error(item, RULE, "the Service has no ports", "Add spec.ports with at least a port", "spec");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            port(item, ports, i, names, report);
            nodePort(item, ports.get(i), type, folder, report, i);
        }
    }

    private static void port(Item item, List<KubeObject> ports, int i, Set<String> names, Report report) {
        KubeObject port = ports.get(i);
        if (!ContainerPortRule.isPort(port.number("port"))) {
            report.error(
                    item,
                    RULE,
                    "port is not a number from 1 to 65535",
                    "Write for example port: 80",
                    "spec",
                    "ports",
                    i);
        }
        Optional<String> name = port.text("name");
        if (name.isEmpty() && ports.size() > 1) {
            report.error(
                    item,
                    RULE,
                    "a port has no name, and there are several",
                    "Name every port, for example http",
                    "spec",
                    "ports",
                    i);
        } else if (name.isPresent() && !Syntax.isLabel(name.get())) {
            report.error(
                    item,
                    RULE,
                    "the port name '" + name.get() + "' is not allowed",
                    "Use " + Syntax.LABEL_RULE,
                    "spec",
                    "ports",
                    i,
                    "name");
        } else if (name.isPresent() && !names.add(name.get())) {
            report.error(
                    item,
                    RULE,
                    "the port name '" + name.get() + "' is there twice",
                    "Rename one of the two",
                    "spec",
                    "ports",
                    i,
                    "name");
        }
    }

    private static void nodePort(Item item, KubeObject port, String type, Folder folder, Report report, int i) {
        Optional<Long> number = port.number("nodePort").filter(n -> n != 0);
        if (number.isEmpty()) {
            return;
        }
        Object[] path = {"spec", "ports", i, "nodePort"};
        if (!WITH_NODE_PORTS.contains(type)) {
            report.error(
                    item,
                    "node-port",
                    "a Service of type " + type + " has no node ports",
                    "Set type: NodePort or remove nodePort",
                    path);
        } else if (number.get() < LOWEST_NODE_PORT || number.get() > HIGHEST_NODE_PORT) {
            outOfRange(item, number.get(), folder, report, path);
        } else {
            folder.items().stream()
                    .takeWhile(other -> other != item)
                    .filter(other -> other.isCore("Service") && hasNodePort(other, port))
                    .findFirst()
                    .ifPresent(other -> report.error(
                            item,
                            "node-port",
                            "the node port " + number.get() + " is also that of " + other.object(),
                            "Choose another one",
                            path));
        }
    }

    // 30000 to 32767 is the default of the API server's --service-node-port-range
    private static void outOfRange(Item item, long number, Folder folder, Report report, Object... path) {
        String rule = "node-port-range";
        String fix = "Choose a port inside, or remove nodePort to get a free one";
        if (folder.context().serverDecides()) {
            String message = "the node port " + number + " is outside of 30000 to 32767, the usual range of a cluster";
            report.warning(item, rule, message, fix, path);
        } else {
            report.error(item, rule, "the node port " + number + " is outside of 30000 to 32767", fix, path);
        }
    }

    private static boolean hasNodePort(Item other, KubeObject port) {
        return other.object().children("spec", "ports").stream()
                .anyMatch(p -> p.number("nodePort").equals(port.number("nodePort"))
                        && p.text("protocol")
                                .orElse("TCP")
                                .equals(port.text("protocol").orElse("TCP")));
    }
}
