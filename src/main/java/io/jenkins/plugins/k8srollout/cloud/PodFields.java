package io.jenkins.plugins.k8srollout.cloud;

import io.jenkins.plugins.k8srollout.engine.model.ImageReference;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text fields of a template into values. Each refuses with the field's name what it cannot read. */
final class PodFields {
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    // https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    private static final Pattern QUANTITY = Pattern.compile("[0-9]+(\\.[0-9]+)?([numkMGTPE]|[KMGTPE]i|[eE][0-9]+)?");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private PodFields() {}

    /** Lines or commas part the pairs: {@code disk=ssd, pool=ci}. */
    static Map<String, String> pairs(String field, String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split(text.contains("\n") ? "\\R" : "[,\\n]")) {
            String stripped = pair.strip();
            int sign = stripped.indexOf('=');
            if (stripped.isEmpty()) {
                continue;
            }
            if (sign <= 0) {
                throw refused(field, stripped, "it is not of the form name=value", "Write name=value, one per line");
            }
            pairs.put(
                    stripped.substring(0, sign).strip(),
                    stripped.substring(sign + 1).strip());
        }
        return pairs;
    }

    /** Pairs whose values are amounts: {@code cpu=500m, memory=1Gi}. */
    static Map<String, String> quantities(String field, String text) {
        Map<String, String> found = pairs(field, text);
        found.forEach((name, amount) -> {
            if (!QUANTITY.matcher(amount).matches()) {
                throw refused(
                        field, name + "=" + amount, "it is no amount of Kubernetes", "Write for example 500m or 1Gi");
            }
        });
        return found;
    }

    /** Words as a shell would part them; quotes keep spaces. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            String quoted = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            words.add(quoted == null ? matcher.group(3) : quoted);
        }
        return words;
    }

    static String path(String field, String text) {
        String path = text.strip();
        if (!path.startsWith("/") || path.contains(":")) {
            throw refused(
                    field, path, "it is not an absolute path without colon", "Write for example /home/jenkins/.m2");
        }
        return path;
    }

    static String containerName(String field, String text) {
        String name = text.strip();
        if (!DNS_LABEL.matcher(name).matches()) {
            throw refused(
                    field,
                    name,
                    "a container's name has lower-case letters, digits and hyphens, 63 at most",
                    "Write for example database");
        }
        return name;
    }

    static String image(String field, String text) {
        String image = text.strip();
        if (image.isEmpty()) {
            throw refused(field, image, "an image is needed", "Write for example harbor.example.com/ci/agent:1");
        }
        ImageReference.parse(image);
        return image;
    }

    static ReleaseException refused(String field, String text, String reason, String remedy, String... valid) {
        return ReleaseException.refused("read " + field, text, reason, remedy, valid);
    }
}
