package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The patterns of {@code ${x#pattern}}, {@code ${x%pattern}} and {@code ${x/pattern/text}}: {@code *} and {@code ?}. */
final class ShellPattern {
    private final Pattern regex;

    private ShellPattern(Pattern regex) {
        this.regex = regex;
    }

    static ShellPattern of(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else {
                boolean escaped = c == '\\' && i + 1 < text.length();
                regex.append(Pattern.quote(String.valueOf(escaped ? text.charAt(++i) : c)));
            }
        }
        return new ShellPattern(Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    String withoutPrefix(String value, boolean longest) {
        int length = value.length();
        for (int i = 0; i <= length; i++) {
            int end = longest ? length - i : i;
            if (regex.matcher(value.substring(0, end)).matches()) {
                return value.substring(end);
            }
        }
        return value;
    }

    String withoutSuffix(String value, boolean longest) {
        int length = value.length();
        for (int i = 0; i <= length; i++) {
            int start = longest ? i : length - i;
            if (regex.matcher(value.substring(start)).matches()) {
                return value.substring(0, start);
            }
        }
        return value;
    }

    String replaced(String value, String by, boolean all) {
        Matcher matcher = regex.matcher(value);
        String literally = Matcher.quoteReplacement(by);
        return all ? matcher.replaceAll(literally) : matcher.replaceFirst(literally);
    }
}
