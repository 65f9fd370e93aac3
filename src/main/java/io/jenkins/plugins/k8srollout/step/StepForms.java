package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.k8srollout.config.Checks;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;

/** What the steps' forms have in common. Whoever may not configure the job is offered the current value only. */
final class StepForms {
    private StepForms() {}

    static boolean mayConfigure(Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    /** Shows what the parser refuses; empty text means the default and is fine, variables are known in a build only. */
    static FormValidation check(Item item, String value, Consumer<String> parser) {
        String text = fixNull(value).strip();
        if (text.isEmpty() || text.contains("$") || !mayConfigure(item)) {
            return FormValidation.ok();
        }
        return Checks.of(() -> {
            parser.accept(text);
            return FormValidation.ok();
        });
    }

    /** @throws ReleaseException (refused input) for what is no whole number */
    static int number(String parameter, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw ReleaseException.refused(
                    "read " + parameter, text, "it is not a whole number", "Write for example 2");
        }
    }

    static FormValidation namespace(Item item, String value) {
        return !mayConfigure(item) || fixNull(value).contains("$") ? FormValidation.ok() : Checks.namespace(value);
    }

    /** A list whose first entry, empty text, stands for the default. */
    static ListBoxModel choices(Item item, String current, Stream<String> values) {
        ListBoxModel list = new ListBoxModel();
        if (!mayConfigure(item)) {
            list.add(fixNull(current));
            return list;
        }
        list.add(Messages.StepForms_default(), "");
        values.forEach(list::add);
        if (list.stream().noneMatch(o -> o.value.equals(fixNull(current)))) {
            list.add(current);
        }
        return list;
    }

    static <C extends StandardCredentials> ListBoxModel credentials(Item item, String current, Class<C> type) {
        StandardListBoxModel list = new StandardListBoxModel();
        if (!mayConfigure(item)) {
            return list.includeCurrentValue(fixNull(current));
        }
        return list.includeEmptyValue()
                .includeAs(
                        item instanceof Queue.Task ? Tasks.getAuthenticationOf2((Queue.Task) item) : ACL.SYSTEM2,
                        item,
                        type)
                .includeCurrentValue(fixNull(current));
    }

    /** Copies a list from Groovy, whose elements may be no plain text yet. */
    static ArrayList<String> texts(List<?> values) {
        ArrayList<String> copy = new ArrayList<>();
        fixNull(values).forEach(v -> copy.add(String.valueOf(v)));
        return copy;
    }

    /** Copies a map from Groovy, whose values may be no plain text yet. */
    static LinkedHashMap<String, String> texts(Map<?, ?> values) {
        LinkedHashMap<String, String> copy = new LinkedHashMap<>();
        if (values != null) {
            values.forEach((k, v) -> copy.put(String.valueOf(k), String.valueOf(v)));
        }
        return copy;
    }

    /** The entries of a text field: separated by line ends or commas. */
    static List<String> entries(String text) {
        return Arrays.stream(text.split("[,\\n]"))
                .map(String::strip)
                .filter(e -> !e.isEmpty())
                .toList();
    }

    /** The {@code name=value} lines of a text field. */
    static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        text.lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(line -> {
            int equals = line.indexOf('=');
            String name = equals < 0 ? line : line.substring(0, equals);
            pairs.put(name.strip(), equals < 0 ? "" : line.substring(equals + 1).strip());
        });
        return pairs;
    }

    static String lines(List<String> entries) {
        return String.join("\n", fixNull(entries));
    }

    static String lines(Map<String, String> pairs) {
        return pairs == null
                ? ""
                : pairs.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .collect(Collectors.joining("\n"));
    }

    /** A submitted form without what was left empty, so that a field's default stands. */
    static JSONObject filledIn(JSONObject form) {
        JSONObject copy = JSONObject.fromObject(form);
        List.copyOf(copy.keySet()).forEach(key -> {
            if ("".equals(copy.get(key))) {
                copy.remove(key);
            }
        });
        return copy;
    }
}
