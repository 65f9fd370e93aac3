package io.jenkins.plugins.k8srollout.engine.image.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry asks for in a {@code WWW-Authenticate} header.
 *
 * @param scheme in lower case
 * @param parameters by name in lower case
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, WWW-Authenticate</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    // A parameter is tried first: a name before "=" is one, any other name begins the next challenge.
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))\\s*(?:,|$)");
    private static final Pattern SCHEME = Pattern.compile("[\\s,]*(" + TOKEN + ")(?:\\s+|,|$)");
    // Some schemes (Negotiate) are followed by one opaque value, which may end in "=".
    private static final Pattern TOKEN68 = Pattern.compile("\\s*[A-Za-z0-9._~+/-]+=*\\s*(?:,|$)");

    /** The challenges of all the header's lines, in their order. */
    static List<Challenge> parse(List<String> lines) {
        List<Challenge> found = new ArrayList<>();
        for (String line : lines) {
            parseLine(line, found);
        }
        return found;
    }

    private static void parseLine(String line, List<Challenge> found) {
        Map<String, String> parameters = null;
        int at = 0;
        while (at < line.length()) {
            Matcher parameter = PARAMETER.matcher(line).region(at, line.length());
            Matcher scheme = SCHEME.matcher(line).region(at, line.length());
            Matcher opaque = TOKEN68.matcher(line).region(at, line.length());
            if (parameters != null && parameter.lookingAt()) {
                parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value(parameter));
                at = parameter.end();
            } else if (scheme.lookingAt()) {
                parameters = new HashMap<>();
                found.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
                at = scheme.end();
            } else if (opaque.lookingAt()) {
                at = opaque.end();
            } else {
                return; // malformed: what was read so far is all there is
            }
        }
    }

    private static String value(Matcher parameter) {
        return parameter.group(2) == null
                ? parameter.group(3)
                : parameter.group(2).replaceAll("\\\\(.)", "$1");
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    boolean isBearer() {
        return scheme.equals("bearer");
    }

    boolean isBasic() {
        return scheme.equals("basic");
    }
}
