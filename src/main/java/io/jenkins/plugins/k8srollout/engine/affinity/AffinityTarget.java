package io.jenkins.plugins.k8srollout.engine.affinity;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.regex.Pattern;

/**
 * What the user names: where sessions shall stick.
 *
 * @param kind the sort of object
 * @param name its name
 */
public record AffinityTarget(Kind kind, String name) {

    /** The sorts of object that can be named. */
    public enum Kind {
        INGRESS("ingress"),
        SERVICE("service"),
        HTTP_ROUTE("httpRoute");

        private final String parameter;

        Kind(String parameter) {
            this.parameter = parameter;
        }

        /** The request's parameter that names it. */
        public String parameter() {
            return parameter;
        }
    }

    // DNS-1123 subdomain: the rule Kubernetes holds object names to.
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

    public AffinityTarget {
        if (name.length() > 253 || !NAME.matcher(name).matches()) {
            throw ReleaseException.refused(
                    "read " + kind.parameter(),
                    name,
                    "it is not a Kubernetes object name",
                    "Use lower-case letters, digits, '-' and '.', at most 253 characters");
        }
    }

    /** As in {@code ingress web}. */
    @Override
    public String toString() {
        return kind.parameter() + " " + name;
    }
}
