package io.jenkins.plugins.k8srollout.engine.manifest.check;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The forms of names that Kubernetes accepts.
 *
 * @see <a href="https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go">validation.go</a>
 */
final class Syntax {
    static final String LABEL_RULE =
            "at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit";
    static final String SUBDOMAIN_RULE =
            "at most 253 lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit";

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern PORT_NAME = Pattern.compile("(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*");
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_SUBDOMAIN = 253;
    private static final int LONGEST_PORT_NAME = 15;

    private Syntax() {}

    static boolean isLabel(String text) {
        return text.length() <= LONGEST_LABEL && LABEL.matcher(text).matches();
    }

    /** A label that begins with a letter (RFC 1035), as Services need it. */
    static boolean isServiceName(String text) {
        return text.length() <= LONGEST_LABEL && SERVICE.matcher(text).matches();
    }

    static boolean isSubdomain(String text) {
        if (text.length() > LONGEST_SUBDOMAIN) {
            return false;
        }
        for (String part : text.split("\\.", -1)) {
            if (!LABEL.matcher(part).matches()) {
                return false;
            }
        }
        return true;
    }

    /** A name as it can be part of a request path, which is all that RBAC objects need. */
    static boolean isPathSegment(String text) {
        return !text.equals(".") && !text.equals("..") && text.indexOf('/') < 0 && text.indexOf('%') < 0;
    }

    /** The key of a label or annotation: {@code name} or {@code prefix/name}. */
    static boolean isQualifiedName(String text) {
        int slash = text.indexOf('/');
        String name = text.substring(slash + 1);
        boolean prefixGood = slash < 0 || isSubdomain(text.substring(0, slash).toLowerCase(Locale.ROOT));
        return prefixGood
                && name.length() <= LONGEST_LABEL
                && WORD.matcher(name).matches();
    }

    static boolean isLabelValue(String text) {
        return text.isEmpty()
                || (text.length() <= LONGEST_LABEL && WORD.matcher(text).matches());
    }

    static boolean isConfigKey(String text) {
        return text.length() <= LONGEST_SUBDOMAIN
                && CONFIG_KEY.matcher(text).matches()
                && !text.equals(".")
                && !text.startsWith("..");
    }

    static boolean isPortName(String text) {
        return text.length() <= LONGEST_PORT_NAME && PORT_NAME.matcher(text).matches();
    }
}
