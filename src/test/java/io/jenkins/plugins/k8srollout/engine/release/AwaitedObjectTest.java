package io.jenkins.plugins.k8srollout.engine.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.ObjectRef;
import org.junit.Test;

public class AwaitedObjectTest {
    @Test
    public void kindAndNameAreReadFromTheServersWords() {
        assertThat(isMissed("roles.rbac.authorization.k8s.io \"app\" not found", "Role"), is(true));
        assertThat(isMissed("clusterroles.rbac.authorization.k8s.io \"app\" not found", "ClusterRole"), is(true));
        assertThat(
                isMissed(
                        "pods \"a\" is forbidden: error looking up service account shop/app: serviceaccount \"app\" not found",
                        "ServiceAccount"),
                is(true));
        assertThat(isMissed("pod rejected: RuntimeClass \"app\" not found", "RuntimeClass"), is(true));
        assertThat(
                isMissed("pods \"a\" is forbidden: no PriorityClass with name app was found", "PriorityClass"),
                is(true));
        assertThat(isMissed("networkpolicies.networking.k8s.io \"app\" not found", "NetworkPolicy"), is(true));
    }

    @Test
    public void anotherKindOrNameIsNotMeant() {
        assertThat(isMissed("clusterroles.rbac.authorization.k8s.io \"app\" not found", "Role"), is(false));
        assertThat(isMissed("roles.rbac.authorization.k8s.io \"apps\" not found", "Role"), is(false));
        assertThat(isMissed("roles.rbac.authorization.k8s.io \"app\" is forbidden", "Role"), is(false));
    }

    @Test
    public void refusedImageIsNoMissingObject() {
        String denied = "admission webhook \"images.example.com\" denied the request: registry.example.com/shop/app:v3"
                + " not found";
        assertThat(isMissed(denied, "ServiceAccount"), is(false));
        assertThat(isMissed(denied + "; \"app\" was not found", "Service"), is(false));
    }

    private static boolean isMissed(String reason, String kind) {
        return AwaitedObject.isMissed(reason, new ObjectRef("v1", kind, "shop", "app"));
    }
}
