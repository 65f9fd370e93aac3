package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One pass over a text that resolves quotes, escapes and variables as a POSIX shell would, within the limits that
 * Dockerfiles have: no command substitution, no field splitting other than at white space.
 *
 * <p>Failures are {@link IllegalArgumentException}s whose message is fit for the user; {@link Expander} adds the place.
 */
final class ShellWords {
    /** How quotes and escapes are treated. */
    enum Mode {
        /** Quotes and escapes do their work and vanish. */
        RESOLVE,
        /** Quotes group words but stay in the result, escapes too: for looking at a line before its evaluation. */
        KEEP,
        /** Quotes are ordinary characters, escapes vanish: the content of a here-document. */
        DOCUMENT
    }

    private static final String SPECIAL_PARAMETERS = "@*#?-$!0";

    private final String text;
    private final char escape;
    private final Variables variables;
    private final Mode mode;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean keepEscapes;
    private boolean inWord;
    private int at;

    private ShellWords(String text, char escape, Variables variables, Mode mode) {
        this.text = text;
        this.escape = escape;
        this.variables = variables;
        this.mode = mode;
        this.keepEscapes = mode == Mode.KEEP;
    }

    /** The whole text as one word. */
    static String word(String text, char escape, Variables variables, Mode mode) {
        return new ShellWords(text, escape, variables, mode).until('\0', false);
    }

    /** The text split at white space that is neither quoted nor escaped, after expansion. */
    static List<String> words(String text, char escape, Variables variables, Mode mode) {
        ShellWords pass = new ShellWords(text, escape, variables, mode);
        pass.until('\0', true);
        pass.endWord();
        return List.copyOf(pass.words);
    }

    /** Reads up to the end, or up to an unquoted {@code stop}, which is consumed. */
    private String until(char stop, boolean splitting) {
        StringBuilder result = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (stop != '\0' && c == stop) {
                at++;
                return result.toString();
            }
            if (c == '$') {
                String value = dollar();
                result.append(value);
                if (splitting) {
                    value.chars().forEach(v -> addSplitting((char) v));
                }
            } else if (c == '\'' && mode != Mode.DOCUMENT) {
                addQuoted(result, singleQuoted(), splitting);
            } else if (c == '"' && mode != Mode.DOCUMENT) {
                addQuoted(result, doubleQuoted(), splitting);
            } else if (c == escape) {
                addQuoted(result, escaped(), splitting);
            } else if (splitting && text.startsWith("<<", at)) {
                addQuoted(result, hereDocumentSign(), true);
            } else {
                at++;
                result.append(c);
                if (splitting) {
                    addSplitting(c);
                }
            }
        }
        if (stop != '\0') {
            throw new IllegalArgumentException("a ${ has no matching " + stop);
        }
        return result.toString();
    }

    private void addQuoted(StringBuilder result, String part, boolean splitting) {
        result.append(part);
        if (splitting) {
            word.append(part);
            inWord = true;
        }
    }

    private void addSplitting(char c) {
        if (Character.isWhitespace(c)) {
            endWord();
        } else {
            word.append(c);
            inWord = true;
        }
    }

    private void endWord() {
        if (inWord && word.length() > 0) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private String escaped() {
        String kept = keepEscapes ? String.valueOf(escape) : "";
        at++;
        return at < text.length() ? kept + text.charAt(at++) : kept;
    }

    private String singleQuoted() {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
            throw new IllegalArgumentException("a single quote has no matching one");
        }
        String part = mode == Mode.KEEP ? text.substring(at, end + 1) : text.substring(at + 1, end);
        at = end + 1;
        return part;
    }

    private String doubleQuoted() {
        String quote = mode == Mode.KEEP ? "\"" : "";
        StringBuilder part = new StringBuilder(quote);
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return part.append(quote).toString();
            }
            if (c == '$') {
                part.append(dollar());
            } else if (c == escape) {
                part.append(escapedInQuotes());
            } else {
                part.append(c);
                at++;
            }
        }
        throw new IllegalArgumentException("a double quote has no matching one");
    }

    /** Inside double quotes an escape only works before a quote, a dollar sign and itself. */
    private String escapedInQuotes() {
        at++;
        if (at >= text.length()) {
            return "";
        }
        char next = text.charAt(at);
        boolean special = next == '"' || next == '$' || next == escape;
        if (special) {
            at++;
            return keepEscapes ? "" + escape + next : String.valueOf(next);
        }
        return String.valueOf(escape);
    }

    private String hereDocumentSign() {
        int start = at;
        at += 2;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return text.substring(start, at);
    }

    private String dollar() {
        int start = at++;
        if (at < text.length() && text.charAt(at) == '{') {
            at++;
            return braced(start);
        }
        String name = name();
        if (name.isEmpty()) {
            return "$";
        }
        return variables.value(name).orElse(mode == Mode.KEEP ? "$" + name : "");
    }

    private String braced(int start) {
        String name = name();
        if (name.isEmpty() || at >= text.length()) {
            throw new IllegalArgumentException("'" + text.substring(start) + "' is not a variable in braces");
        }
        Optional<String> value = variables.value(name);
        char operator = text.charAt(at++);
        String result =
                switch (operator) {
                    case '}' -> value.orElse("");
                    case ':' -> conditional(name, value.filter(v -> !v.isEmpty()), "empty", nextOperator(name));
                    case '-', '+', '?' -> conditional(name, value, "unset", operator);
                    case '#', '%' -> trimmed(value.orElse(""), operator);
                    case '/' -> substituted(value.orElse(""));
                    default -> throw unknownOperator(name, String.valueOf(operator));
                };
        return mode == Mode.KEEP && value.isEmpty() ? text.substring(start, at) : result;
    }

    private char nextOperator(String name) {
        char operator = at < text.length() ? text.charAt(at++) : '\0';
        if (operator != '-' && operator != '+' && operator != '?') {
            throw unknownOperator(name, ":" + operator);
        }
        return operator;
    }

    private String conditional(String name, Optional<String> value, String lack, char operator) {
        String operand = until('}', false);
        if (operator == '-') {
            return value.orElse(operand);
        }
        if (operator == '+') {
            return value.isPresent() ? operand : "";
        }
        if (value.isEmpty() && mode != Mode.KEEP) {
            throw new IllegalArgumentException(
                    "variable " + name + (operand.isEmpty() ? " must not be " + lack : ": " + operand));
        }
        return value.orElse("");
    }

    private String trimmed(String value, char operator) {
        boolean longest = at < text.length() && text.charAt(at) == operator;
        if (longest) {
            at++;
        }
        ShellPattern pattern = ShellPattern.of(pattern('}'));
        return operator == '#' ? pattern.withoutPrefix(value, longest) : pattern.withoutSuffix(value, longest);
    }

    private String substituted(String value) {
        boolean all = at < text.length() && text.charAt(at) == '/';
        if (all) {
            at++;
        }
        ShellPattern pattern = ShellPattern.of(pattern('/'));
        return pattern.replaced(value, until('}', false), all);
    }

    /** Escapes stay, because in a pattern they say which sign is meant literally. */
    private String pattern(char stop) {
        boolean before = keepEscapes;
        keepEscapes = true;
        try {
            return until(stop, false);
        } finally {
            keepEscapes = before;
        }
    }

    private String name() {
        int start = at;
        if (at < text.length() && Character.isDigit(text.charAt(at))) {
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }
        if (at < text.length() && SPECIAL_PARAMETERS.indexOf(text.charAt(at)) >= 0) {
            at++;
            return text.substring(start, at);
        }
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(start, at);
    }

    private static IllegalArgumentException unknownOperator(String name, String operator) {
        return new IllegalArgumentException("the operator '" + operator + "' after ${" + name + " is not known");
    }
}
