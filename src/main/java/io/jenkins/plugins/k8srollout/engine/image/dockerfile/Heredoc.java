package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A here-document: what stands between {@code <<NAME} and the line {@code NAME}.
 *
 * @param name the delimiter without its quotes; COPY uses it as the file's name
 * @param expand whether variables are replaced: not if the delimiter was quoted
 * @param chomp whether leading tabs are removed ({@code <<-})
 * @param content empty until the lines have been read
 */
record Heredoc(String name, boolean expand, boolean chomp, String content) {
    private static final Pattern SIGN = Pattern.compile("\\d*<<(-?)\\s*([^<]+)");
    private static final Pattern LEADING_TABS = Pattern.compile("(?m)^\\t+");

    /** The here-documents that a line announces, in order. */
    static List<Heredoc> announcedBy(String line) {
        List<Heredoc> found = new ArrayList<>();
        for (String word : ShellWords.words(line, '\\', Variables.NONE, ShellWords.Mode.KEEP)) {
            parse(word).ifPresent(found::add);
        }
        return found;
    }

    /** Reads {@code <<NAME}; empty for any other word. */
    static Optional<Heredoc> parse(String word) {
        Matcher sign = SIGN.matcher(word);
        if (!sign.matches()) {
            return Optional.empty();
        }
        String raw = sign.group(2);
        List<String> names = ShellWords.words(raw, '\\', Variables.NONE, ShellWords.Mode.RESOLVE);
        if (names.size() != 1) {
            return Optional.empty();
        }
        boolean quoted = raw.indexOf('\'') >= 0 || raw.indexOf('"') >= 0;
        return Optional.of(new Heredoc(names.get(0), !quoted, !sign.group(1).isEmpty(), ""));
    }

    boolean endsAt(String line) {
        return (chomp ? LEADING_TABS.matcher(line).replaceFirst("") : line).equals(name);
    }

    Heredoc withContent(String lines) {
        return new Heredoc(
                name, expand, chomp, chomp ? LEADING_TABS.matcher(lines).replaceAll("") : lines);
    }
}
