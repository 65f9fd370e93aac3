package io.jenkins.plugins.k8srollout.engine.image.registry;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Map;
import org.junit.Test;

public class ChallengeTest {
    @Test
    public void commasInsideQuotesBelongToTheValue() {
        assertThat(
                Challenge.parse(List.of("Bearer realm=\"https://auth.example.com/token\",service=\"a, b\","
                        + "scope=\"repository:shop/web:pull,push\"")),
                contains(new Challenge(
                        "bearer",
                        Map.of(
                                "realm", "https://auth.example.com/token",
                                "service", "a, b",
                                "scope", "repository:shop/web:pull,push"))));
    }

    @Test
    public void severalChallengesInOneLineOrMore() {
        assertThat(
                Challenge.parse(List.of(
                        "Negotiate, Basic realm=\"x\" , charset=\"UTF-8\", BEARER Realm = https://a/t , service=s",
                        "Digest")),
                contains(
                        new Challenge("negotiate", Map.of()),
                        new Challenge("basic", Map.of("realm", "x", "charset", "UTF-8")),
                        new Challenge("bearer", Map.of("realm", "https://a/t", "service", "s")),
                        new Challenge("digest", Map.of())));
    }

    @Test
    public void quotedCharactersAreTakenAsTheyAre() {
        assertThat(
                Challenge.parse(List.of("Basic realm=\"say \\\"hi\\\", please\"")),
                contains(new Challenge("basic", Map.of("realm", "say \"hi\", please"))));
    }

    @Test
    public void malformedRestsAreLeftOut() {
        assertThat(Challenge.parse(List.of("Basic realm=\"open")).get(0).scheme(), is("basic"));
        assertThat(Challenge.parse(List.of("", "===")).size(), is(0));
    }

    @Test
    public void scopesMergeAndCover() {
        Scopes push = Scopes.push("shop/web");
        assertThat(push.cover(Scopes.pull("shop/web")), is(true));
        assertThat(Scopes.pull("shop/web").cover(push), is(false));
        assertThat(push.cover(Scopes.pull("shop/other")), is(false));
        assertThat(
                Scopes.parse("repository:b:pull  registry:catalog:* junk repository:b:push,pull")
                        .plus(Scopes.pull("a"))
                        .words(),
                contains("registry:catalog:*", "repository:a:pull", "repository:b:pull,push"));
    }
}
