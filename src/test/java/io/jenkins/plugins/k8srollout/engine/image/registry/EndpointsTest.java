package io.jenkins.plugins.k8srollout.engine.image.registry;

import static io.jenkins.plugins.k8srollout.engine.image.registry.RegistryFixture.problem;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.Problem;
import java.net.URI;
import java.util.Optional;
import org.junit.Test;

public class EndpointsTest {
    private static final URI UPLOAD = URI.create("https://r.example.com:8443/v2/a/blobs/uploads/");

    private final Endpoints endpoints = new Endpoints("https://r.example.com:8443");

    @Test
    public void locationsAreRelativeOrAbsoluteOrSlightlyWrong() {
        assertThat(
                located("/v2/a/blobs/uploads/1?_state=x=="),
                is("https://r.example.com:8443/v2/a/blobs/uploads/1?_state=x=="));
        assertThat(located("1?s=a|b c"), is("https://r.example.com:8443/v2/a/blobs/uploads/1?s=a%7Cb%20c"));
        assertThat(located("https://store.example.com/b?sig=%2F"), is("https://store.example.com/b?sig=%2F"));
    }

    @Test
    public void ownHttpAddressesStayEncrypted() {
        assertThat(located("http://r.example.com/v2/x?y=1"), is("https://r.example.com:8443/v2/x?y=1"));
        assertThat(located("http://R.example.com:8443/v2/x"), is("https://r.example.com:8443/v2/x"));
        assertThat(located("http://r.example.com:9000/minio"), is("http://r.example.com:9000/minio"));
        assertThat(located("http://store.example.com/x"), is("http://store.example.com/x"));
    }

    @Test
    public void credentialsBelongToSchemeHostAndPort() {
        assertThat(endpoints.isRegistry(URI.create("https://R.example.com:8443/x")), is(true));
        assertThat(endpoints.isRegistry(URI.create("http://r.example.com:8443/x")), is(false));
        assertThat(endpoints.isRegistry(URI.create("https://r.example.com/x")), is(false));
        assertThat(new Endpoints("https://r.io").isRegistry(URI.create("https://r.io:443/x")), is(true));
        assertThat(new Endpoints("https://r.io").isRegistry(URI.create("https://evil.r.io/x")), is(false));
    }

    @Test
    public void theDigestJoinsTheQuery() {
        assertThat(
                Endpoints.completed(URI.create("http://r/u/1"), "sha256:0").toString(),
                is("http://r/u/1?digest=sha256:0"));
        assertThat(
                Endpoints.completed(URI.create("http://r/u/1?_state=x"), "sha256:0")
                        .toString(),
                is("http://r/u/1?_state=x&digest=sha256:0"));
    }

    @Test
    public void onlyTheNextLinkIsFollowed() {
        assertThat(
                endpoints.next(UPLOAD, "</p?n=1>; rel=\"prev\", </v2/a/tags/list?last=b>; rel=\"next\""),
                is(Optional.of(URI.create("https://r.example.com:8443/v2/a/tags/list?last=b"))));
        assertThat(endpoints.next(UPLOAD, "</p?n=1>; rel=\"prev\""), is(Optional.empty()));
    }

    @Test
    public void dockerHubAnswersElsewhere() {
        assertThat(RegistryAccess.builder("docker.io").build().origin(), is("https://registry-1.docker.io"));
        assertThat(RegistryAccess.builder("localhost:5000").build().origin(), is("https://localhost:5000"));
    }

    @Test
    public void addressesThatMakeNoSenseAreAProblem() {
        for (String location : new String[] {"ftp://x/y", "http://", "https://a:b:c/", "%zz", "mailto:x"}) {
            assertThat(location, problem(() -> located(location)).kind(), is(Problem.Kind.FAILED));
        }
    }

    @Test
    public void aRegistryIsAHostWithAnOptionalPort() {
        for (String good : new String[] {"r.example.com", "r.example.com:8443", "localhost:5000", "[::1]:5000"}) {
            assertThat(RegistryAccess.builder(good).build().registry(), is(good));
        }
        for (String bad : new String[] {
            "", " ", "http://r", "r/path", "u:secret@r", "a b", "my_registry", "r:", "r:99999", "r?x", "r#x", "1.2.3"
        }) {
            Problem problem = problem(() -> RegistryAccess.builder(bad));
            assertThat(bad, problem.kind(), is(Problem.Kind.REFUSED_INPUT));
            assertThat(problem.sentence(), not(containsString("secret")));
        }
    }

    private String located(String location) {
        return endpoints.located(UPLOAD, location).toString();
    }
}
