package io.jenkins.plugins.k8srollout.engine.health;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Makes messages of the kubelet and its runtimes fit to be read by people, and safe to be compared with words. */
final class ServerWords {
    private static final int LONGEST = 500;
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
    private static final Pattern PATH_LIKE = Pattern.compile("\\S*/\\S*|sha256:[0-9a-f]+");
    // Signed addresses of a registry's storage carry their signature in the query.
    private static final Pattern QUERY = Pattern.compile("(https?://[^\\s\"?]*)\\?[^\\s\"]*");
    private static final Pattern USER = Pattern.compile("(https?://)[^/\\s\"@]*@");
    private static final Pattern GRPC = Pattern.compile("rpc error: code = \\w+ desc = ");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private ServerWords() {}

    /** One line, without what only programs need and without what may be secret. */
    static String shown(String message) {
        String text = SPACE.matcher(GRPC.matcher(message).replaceAll(""))
                .replaceAll(" ")
                .strip();
        text = USER.matcher(QUERY.matcher(text).replaceAll("$1?…")).replaceAll("$1");
        text = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /**
     * The message in lower case without names: an image may be called {@code eof/timeout}, and must not be taken for
     * one. Quoted text and anything with a slash go, but for Go's {@code i/o timeout}.
     */
    static String bare(String message) {
        String text = message.toLowerCase(Locale.ROOT).replace("i/o timeout", "io timeout");
        return PATH_LIKE.matcher(QUOTED.matcher(text).replaceAll(" ")).replaceAll(" ");
    }

    static boolean hasAny(String text, List<String> words) {
        return words.stream().anyMatch(text::contains);
    }
}
