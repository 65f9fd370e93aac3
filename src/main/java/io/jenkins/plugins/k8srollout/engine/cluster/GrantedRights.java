package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.cluster.ClusterPort.AccessRight;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;

/**
 * What the answer to a SelfSubjectRulesReview certainly grants in its namespace. It may grant more than is listed.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/rbac/v1/evaluation_helpers.go">how rules match</a>
 */
record GrantedRights(List<KubeObject> rules) {
    static final GrantedRights NONE = new GrantedRights(List.of());

    static GrantedRights of(KubeObject review) {
        return new GrantedRights(review.children("status", "resourceRules"));
    }

    boolean include(AccessRight right) {
        return rules.stream().anyMatch(rule -> grants(rule, right));
    }

    private static boolean grants(KubeObject rule, AccessRight right) {
        // A rule for certain names says nothing of the others.
        return rule.items("resourceNames").isEmpty()
                && has(rule.items("verbs"), right.verb())
                && has(rule.items("apiGroups"), right.group())
                && hasResource(rule.items("resources"), right.resource());
    }

    private static boolean hasResource(List<?> resources, String wanted) {
        int slash = wanted.indexOf('/');
        return has(resources, wanted) || slash > 0 && resources.contains("*" + wanted.substring(slash));
    }

    private static boolean has(List<?> values, String wanted) {
        return values.contains("*") || values.contains(wanted);
    }
}
