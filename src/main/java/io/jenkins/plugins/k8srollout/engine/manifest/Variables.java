package io.jenkins.plugins.k8srollout.engine.manifest;

import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces <code>${NAME}</code> in values and keys. It works on parsed scalars and not on the file's text, so that a
 * variable's value can never add fields or documents, and comments need no variables.
 */
final class Variables {
    private static final Pattern PLACE = Pattern.compile("(\\$?)\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final Map<String, String> values;

    Variables(Map<String, String> values) {
        this.values = values;
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * @param unknown takes the names that have no value; they stay as they are
     * @return the text with values for names; <code>$${NAME}</code> becomes <code>${NAME}</code>
     */
    String replace(String text, Consumer<String> unknown) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        Matcher place = PLACE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (place.find()) {
            String name = place.group(2);
            String value = values.get(name);
            String replacement;
            if (!place.group(1).isEmpty()) {
                replacement = "${" + name + "}";
            } else if (value == null) {
                unknown.accept(name);
                replacement = place.group();
            } else {
                replacement = value;
            }
            place.appendReplacement(result, Matcher.quoteReplacement(replacement));
        }
        return place.appendTail(result).toString();
    }
}
