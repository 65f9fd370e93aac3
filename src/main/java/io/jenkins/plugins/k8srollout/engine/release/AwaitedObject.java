package io.jenkins.plugins.k8srollout.engine.release;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tells from a server's refusal whether it misses one certain object: the role of a binding, the account of a pod. The
 * words are those of API machinery ({@code roles.rbac.authorization.k8s.io "x" not found}) and of its admission
 * ({@code serviceaccount "x" not found}, {@code RuntimeClass "x" not found}, {@code no PriorityClass with name x was
 * found}). Kind and name must both be there: an image that is not found has nobody's kind. Pure.
 */
final class AwaitedObject {
    private static final String PLURAL_AND_GROUP = "(?:s|es|ies)?(?:\\.[a-z0-9.-]+)?";

    private AwaitedObject() {}

    static boolean isMissed(String reason, ObjectRef object) {
        String kind = Pattern.quote(object.kind().toLowerCase(Locale.ROOT).replaceFirst("y$", ""));
        String name = Pattern.quote(object.name());
        String found = "(?<![a-z0-9])" + kind + "y?" + PLURAL_AND_GROUP + " \"" + name + "\" not found(?![a-z0-9])";
        String named = "no " + kind + "y? with name " + name + " was found";
        return Pattern.compile(found + "|" + named, Pattern.CASE_INSENSITIVE)
                .matcher(reason)
                .find();
    }
}
