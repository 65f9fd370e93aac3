package io.jenkins.plugins.k8srollout.testutil;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The facts of {@code harbor/contract.yaml}: which requests there are, and what answers look like. */
public final class HarborContract {
    private static final Set<String> ALWAYS_SENT = Set.of(
            "accept",
            "authorization",
            "connection",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "upgrade",
            "http2-settings");

    private final String base;
    private final Map<String, Operation> operations = new LinkedHashMap<>();

    /** One operation, and what it allows. */
    public record Operation(
            String name,
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            Map<String, String> body,
            int success,
            Set<Integer> refusals,
            Map<String, String> reads) {}

    public HarborContract() {
        try (InputStream file = getClass().getResourceAsStream("/harbor/contract.yaml")) {
            Map<String, Object> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
            base = (String) tree.get("base");
            texts(tree.get("operations"))
                    .forEach((name, fields) -> operations.put(name, operation(name, texts(fields))));
        } catch (IOException e) {
            throw new UncheckedIOException("the contract cannot be read", e);
        }
    }

    private static Operation operation(String name, Map<String, Object> fields) {
        String[] request = ((String) fields.get("request")).split(" ");
        Set<Integer> refusals = new TreeSet<>();
        ((List<?>) fields.get("refusals")).forEach(status -> refusals.add((Integer) status));
        return new Operation(
                name,
                request[0],
                request[1],
                types(fields.get("query")),
                types(fields.get("headers")),
                types(fields.get("body")),
                (Integer) fields.get("success"),
                refusals,
                types(fields.get("reads")));
    }

    public Set<String> names() {
        return operations.keySet();
    }

    public Operation operation(String name) {
        return operations.get(name);
    }

    /** The operation that a request asks for. */
    public Optional<Operation> of(ScriptedServer.Seen request) {
        return operations.values().stream()
                .filter(o ->
                        o.method().equals(request.method()) && request.path().matches(base + pattern(o.path())))
                .findFirst();
    }

    /** The parts of a path that stand where the description has names, in their order. */
    public List<String> parts(Operation operation, String path) {
        List<String> parts = new ArrayList<>();
        String[] names = (base + operation.path()).split("/");
        String[] values = path.split("/");
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith("{")) {
                parts.add(values[i]);
            }
        }
        return parts;
    }

    private static String pattern(String path) {
        return path.replaceAll("\\{[^}]*}", "[^/]+");
    }

    /** What a request has that its operation does not know, or lacks. */
    public List<String> violations(Operation operation, ScriptedServer.Seen request) {
        List<String> wrong = new ArrayList<>();
        Map<String, String> query = query(request);
        query.forEach((name, value) -> check("query " + name, type(operation.query(), name), value, wrong));
        operation.query().keySet().stream()
                .filter(name -> name.endsWith("!") && !query.containsKey(plain(name)))
                .forEach(name -> wrong.add("query " + name + " is missing"));
        request.headers().keySet().stream()
                .filter(name -> !ALWAYS_SENT.contains(name.toLowerCase(Locale.ROOT)))
                .forEach(name -> check("header " + name, header(operation, name), request.header(name), wrong));
        if (request.body().length > 0) {
            JsonNode body = json(request.body());
            Map<String, JsonNode> leaves = new LinkedHashMap<>();
            collect("", body, leaves);
            leaves.forEach((path, value) -> checkLeaf("body " + path, type(operation.body(), path), value, wrong));
            operation.body().keySet().stream()
                    .filter(name -> name.endsWith("!") && !leaves.containsKey(plain(name)))
                    .forEach(name -> wrong.add("body " + name + " is missing"));
            if (!request.header("Content-Type").equals("application/json")) {
                wrong.add("the body is " + request.header("Content-Type"));
            }
        } else if (!operation.body().isEmpty()) {
            wrong.add("the body is missing");
        }
        return wrong.stream().map(text -> operation.name() + ": " + text).toList();
    }

    /** What an answer of the fake has that the contract does not know: such a fake would prove nothing. */
    public List<String> unknownFields(Operation operation, JsonNode answer) {
        List<String> wrong = new ArrayList<>();
        Map<String, JsonNode> leaves = new LinkedHashMap<>();
        collect("", answer, leaves);
        leaves.forEach((path, value) -> {
            Optional<String> type = operation.reads().entrySet().stream()
                    .filter(read -> path.matches(leafPattern(read.getKey())))
                    .map(Map.Entry::getValue)
                    .findFirst();
            checkLeaf(operation.name() + " answers " + path, type, value, wrong);
        });
        return wrong;
    }

    private static String leafPattern(String read) {
        return read.replace(".", "\\.").replace("[]", "\\[\\]").replace("*", ".+");
    }

    public static Map<String, String> query(ScriptedServer.Seen request) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair :
                request.query().isEmpty() ? new String[0] : request.query().split("&")) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private static void collect(String path, JsonNode node, Map<String, JsonNode> leaves) {
        if (node.isObject()) {
            node.fields()
                    .forEachRemaining(field -> collect(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), leaves));
        } else if (node.isArray()) {
            node.forEach(entry -> collect(path + "[]", entry, leaves));
        } else if (!node.isNull()) {
            leaves.put(path, node);
        }
    }

    private static void check(String what, Optional<String> type, String value, List<String> wrong) {
        boolean fits =
                switch (type.orElse("none")) {
                    case "string" -> true;
                    case "boolean" -> value.matches("true|false");
                    case "integer" -> value.matches("-?\\d+");
                    default -> false;
                };
        if (!fits) {
            wrong.add(what + " = " + value + " is not in the contract as such");
        }
    }

    private static void checkLeaf(String what, Optional<String> type, JsonNode value, List<String> wrong) {
        boolean fits =
                switch (type.orElse("none")) {
                    case "string" -> value.isTextual();
                    case "boolean" -> value.isBoolean();
                    case "integer" -> value.isIntegralNumber();
                    default -> false;
                };
        if (!fits) {
            wrong.add(what + " = " + value + " is not in the contract as such");
        }
    }

    private static Optional<String> header(Operation operation, String name) {
        return operation.headers().entrySet().stream()
                .filter(header -> plain(header.getKey()).equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Optional<String> type(Map<String, String> types, String name) {
        return Optional.ofNullable(types.getOrDefault(name, types.get(name + "!")));
    }

    private static String plain(String name) {
        return name.endsWith("!") ? name.substring(0, name.length() - 1) : name;
    }

    private static JsonNode json(byte[] content) {
        try {
            return new ObjectMapper().readTree(content);
        } catch (IOException e) {
            throw new UncheckedIOException("the request is no JSON", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> texts(Object tree) {
        return tree == null ? Map.of() : (Map<String, Object>) tree;
    }

    private static Map<String, String> types(Object tree) {
        Map<String, String> types = new LinkedHashMap<>();
        texts(tree).forEach((name, type) -> types.put(name, (String) type));
        return types;
    }
}
