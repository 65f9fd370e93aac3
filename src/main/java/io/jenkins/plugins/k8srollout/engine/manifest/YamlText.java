package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes objects as YAML that Kubernetes' parser reads back as the same values. General YAML writers leave text such as
 * {@code y} or {@code 1e3} unquoted, which that parser takes for a boolean and a number.
 */
public final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./$(][A-Za-z0-9_./@%+=~$,()\\-: ]*");
    private static final Pattern LITERAL = Pattern.compile("[^ \\n\\t][^\\p{Cntrl}&&[^\\n\\t]]*", Pattern.DOTALL);

    private final StringBuilder out = new StringBuilder();

    private YamlText() {}

    /** Fields in the object's order, two spaces per level, ending with a line feed. Secrets are written as they are. */
    public static String write(KubeObject object) {
        YamlText text = new YamlText();
        if (object.isEmpty()) {
            return "{}\n";
        }
        text.map(object.fields(), "");
        return text.out.toString();
    }

    private void map(Map<?, ?> map, String indent) {
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                out.append(indent);
            }
            first = false;
            out.append(scalar((String) entry.getKey())).append(':');
            value(entry.getValue(), indent, true);
        }
    }

    private void list(List<?> list, String indent) {
        boolean first = true;
        for (Object item : list) {
            if (!first) {
                out.append(indent);
            }
            first = false;
            out.append('-');
            value(item, indent, false);
        }
    }

    private void value(Object value, String indent, boolean ofKey) {
        String deeper = indent + "  ";
        if (value instanceof Map && !((Map<?, ?>) value).isEmpty()) {
            out.append(ofKey ? "\n" + deeper : " ");
            map((Map<?, ?>) value, deeper);
        } else if (value instanceof List && !((List<?>) value).isEmpty()) {
            // A list under a key is written at the key's own indentation, as kubectl does.
            out.append(ofKey ? "\n" + indent : " ");
            list((List<?>) value, ofKey ? indent : deeper);
        } else if (value instanceof String && isLiteral((String) value)) {
            literal((String) value, deeper);
        } else {
            out.append(' ').append(leaf(value)).append('\n');
        }
    }

    private static String leaf(Object value) {
        if (value instanceof String) {
            return scalar((String) value);
        }
        if (value instanceof Map) {
            return "{}";
        }
        return value instanceof List ? "[]" : String.valueOf(value);
    }

    private static boolean isLiteral(String text) {
        return text.indexOf('\n') >= 0
                && LITERAL.matcher(text).matches()
                && text.codePoints().allMatch(YamlText::isPrintable);
    }

    private void literal(String text, String indent) {
        String chomping = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") ? "+" : "";
        out.append(" |").append(chomping).append('\n');
        String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        for (String line : body.split("\n", -1)) {
            out.append(line.isEmpty() ? "" : indent + line).append('\n');
        }
    }

    private static String scalar(String text) {
        boolean plain = PLAIN.matcher(text).matches()
                && !text.contains(": ")
                && !text.endsWith(":")
                && !text.endsWith(" ")
                && text.equals(PlainScalar.value(text))
                && !PlainScalar.isNotFinite(text);
        return plain ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (isPrintable(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        quoted.append(c > 0xFFFF ? "\\U%08X".formatted(c) : "\\u%04X".formatted(c));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    /** Printable by YAML's rules, and not a line break of Unicode's that parsers disagree on. */
    private static boolean isPrintable(int c) {
        boolean ascii = c == '\n' || c == '\t' || (c >= 0x20 && c <= 0x7E);
        boolean wide = (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
        return ascii || (wide && c != 0x2028 && c != 0x2029 && c != 0xFEFF);
    }
}
