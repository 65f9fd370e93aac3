package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The {@code --name=value} options between an instruction's name and its arguments. */
final class Flags {
    private final Place place;
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final String rest;

    private Flags(Place place, String text) {
        this.place = place;
        int at = 0;
        while (text.startsWith("--", at)) {
            int end = endOfWord(text, at);
            String word = text.substring(at, end);
            at = end;
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (word.equals("--")) {
                break;
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
            String value = equals < 0 ? "true" : word.substring(equals + 1);
            values.computeIfAbsent(name, n -> new ArrayList<>()).add(unquoted(value));
        }
        this.rest = text.substring(at);
    }

    static Flags of(Place place, String text) {
        return new Flags(place, text);
    }

    /** Refuses options other than these, and repeated ones unless they may be. */
    Flags allowing(Set<String> once, Set<String> often) {
        values.forEach((name, given) -> {
            if (!once.contains(name) && !often.contains(name)) {
                Set<String> known = new TreeSet<>(once);
                known.addAll(often);
                throw place.refused(
                        "the option --" + name + " is not known here",
                        known.isEmpty() ? "Remove it; this instruction has no options" : "Correct or remove it",
                        known.stream().map(n -> "--" + n).toArray(String[]::new));
            }
            if (given.size() > 1 && !often.contains(name)) {
                throw place.refused("the option --" + name + " is given twice", "Keep one of them");
            }
        });
        return this;
    }

    String text(String name) {
        return values.getOrDefault(name, List.of("")).get(0);
    }

    List<String> texts(String name) {
        return values.getOrDefault(name, List.of());
    }

    boolean given(String name) {
        return values.containsKey(name);
    }

    boolean isTrue(String name) {
        String value = text(name).toLowerCase(java.util.Locale.ROOT);
        if (!value.isEmpty() && !value.equals("true") && !value.equals("false")) {
            throw place.refused("--" + name + "=" + value + " is neither", "Choose one of two", "true", "false");
        }
        return value.equals("true");
    }

    /** What follows the options. */
    String rest() {
        return rest;
    }

    private static int endOfWord(String text, int start) {
        char quote = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (Character.isWhitespace(c)) {
                return i;
            }
        }
        return text.length();
    }

    private static String unquoted(String value) {
        return value.replace("\"", "").replace("'", "");
    }
}
