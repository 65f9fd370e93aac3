package io.jenkins.plugins.k8srollout.engine.affinity;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.affinity.AffinityRequest.Builder;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** What a request refuses, and that it says which parameter and why. */
@RunWith(Parameterized.class)
public class AffinityRequestTest {
    private final UnaryOperator<Builder> input;
    private final String message;

    public AffinityRequestTest(String message, UnaryOperator<Builder> input) {
        this.message = message;
        this.input = input;
    }

    @Parameters(name = "{0}")
    public static List<Object[]> refused() {
        return List.of(
                row(
                        "nothing is named",
                        b -> AffinityRequest.builder().namespace("shop").ingress("")),
                row("more than one object is named", b -> b.service("web")),
                row("read ingress: Web_1", b -> b.ingress("Web_1")),
                row("namespace", b -> b.namespace("")),
                row("read cookie: my cookie", b -> b.cookie("my cookie")),
                row("read cookie: a=b", b -> b.cookie("a=b")),
                row(
                        "read mode: sometimes: there is no such choice. Leave it out for the controller's default."
                                + " Valid: balanced, persistent",
                        b -> b.mode("sometimes")),
                row("Valid: None, Lax, Strict", b -> b.sameSite("relaxed")),
                row("Valid: sticky, legacy", b -> b.canary("yes")),
                row("read maxAge: -1 s", b -> b.maxAge(-1)),
                row("read path: shop", b -> b.path("shop")),
                row("read path: /a;b", b -> b.path("/a;b")),
                row("read domain: shop example", b -> b.domain("shop example")),
                row("Set secure as well", b -> b.sameSite("None")),
                row("Set secure as well", b -> b.sameSite("None").secure(false)),
                row("Valid: ingress-nginx, traefik", b -> b.controller("nginx")),
                row("Name the service instead of the ingress", b -> b.clientIp(600)),
                row("not between 1 and 86400", b -> b.ingress("web").clientIp(0)),
                row("not between 1 and 86400", b -> b.ingress("web").clientIp(86_401)));
    }

    private static Object[] row(String message, UnaryOperator<Builder> input) {
        return new Object[] {message, input};
    }

    @Test
    public void isRefusedWithTheReason() {
        Builder builder = AffinityRequest.builder().namespace("shop").ingress("web");

        ReleaseException refused =
                assertThrows(ReleaseException.class, () -> input.apply(builder).build());

        assertThat(refused.problem().kind(), is(Problem.Kind.REFUSED_INPUT));
        assertThat(refused.getMessage(), containsString(message));
    }
}
