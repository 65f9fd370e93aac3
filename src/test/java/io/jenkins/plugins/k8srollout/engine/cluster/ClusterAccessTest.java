package io.jenkins.plugins.k8srollout.engine.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertThrows;

import io.fabric8.kubernetes.client.Config;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ClusterAccessTest {
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: test
            clusters:
              - {name: one, cluster: {server: "https://one.example.com:6443", certificate-authority-data: "Q0E="}}
              - {name: two, cluster: {server: "https://two.example.com:6443"}}
            users:
              - name: bot
                user: {token: very-secret}
            contexts:
              - {name: test, context: {cluster: one, user: bot, namespace: shop}}
              - {name: prod, context: {cluster: two, user: bot}}
            """;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void readsContextsOfACredential() {
        ClusterAccess access = ClusterAccess.kubeconfigText(KUBECONFIG, "");
        Config config = ClientFactory.config(access);
        assertThat(config.getMasterUrl(), containsString("one.example.com"));
        assertThat(
                new String(Base64.getDecoder().decode(config.getCaCertData()), StandardCharsets.UTF_8), equalTo("CA"));
        assertThat(config.getOauthTokenProvider().getToken(), equalTo("very-secret"));
        assertThat(access.namespace().orElseThrow(), equalTo("shop"));
        assertThat(ClusterAccess.kubeconfigText(KUBECONFIG, "prod").toString(), containsString("two.example.com"));
    }

    @Test
    public void certificatesAreCheckedUnlessExplicitlyNot() {
        ClusterAccess access =
                ClusterAccess.server("https://one.example.com", "").withToken("x");
        assertThat(ClientFactory.config(access).isTrustCerts(), is(false));
        assertThat(ClientFactory.config(access.trustingAnyCertificate()).isTrustCerts(), is(true));
    }

    @Test
    public void credentialThatRunsOrReadsSomethingIsRefused() {
        for (String dangerous : List.of(
                "exec: {command: /bin/sh, apiVersion: client.authentication.k8s.io/v1}",
                "auth-provider: {name: gcp, config: {cmd-path: /bin/sh}}",
                "tokenFile: /etc/shadow",
                "client-certificate: /etc/passwd",
                "client-key: /root/.ssh/id_rsa",
                "some-future-field: x")) {
            String name = dangerous.substring(0, dangerous.indexOf(':'));
            assertRefused(KUBECONFIG.replace("token: very-secret", dangerous), "'" + name + "'");
        }
        for (String dangerous : List.of("certificate-authority: /etc/passwd", "proxy-url: http://inside.example.com")) {
            assertRefused(
                    KUBECONFIG.replace("certificate-authority-data: \"Q0E=\"", dangerous), dangerous.substring(0, 9));
        }
        assertRefused(
                KUBECONFIG.replace("certificate-authority-data: \"Q0E=\"", "insecure-skip-tls-verify: true"),
                "insecure-skip-tls-verify");
    }

    @Test
    public void malformedCredentialIsRefusedWithoutQuotingIt() {
        for (String text :
                List.of("token: [very-secret", "- very-secret", "!!javax.script.ScriptEngineManager []", "")) {
            ReleaseException e = assertThrows(ReleaseException.class, () -> ClusterAccess.kubeconfigText(text, ""));
            assertThat(e.getMessage(), not(containsString("very-secret")));
        }
    }

    @Test
    public void malformedOwnFileIsRefusedByName() throws IOException {
        for (String text : List.of("token: [very-secret", "- very-secret", "", "# nothing", "very-secret", "{}")) {
            Path file = folder.newFile().toPath();
            Files.writeString(file, text);
            ClusterAccess access = ClusterAccess.kubeconfigFiles(List.of(file), "");
            String told = assertThrows(text, ReleaseException.class, () -> ClientFactory.config(access))
                    .getMessage();
            assertThat(told, allOf(containsString(file.toString()), not(containsString("very-secret"))));
        }
    }

    @Test
    public void unknownContextIsRefusedWithTheKnownOnes() throws IOException {
        assertThat(
                assertThrows(ReleaseException.class, () -> ClusterAccess.kubeconfigText(KUBECONFIG, "live"))
                        .getMessage(),
                containsString("Valid: prod, test"));
        Path file = folder.newFile().toPath();
        Files.writeString(file, KUBECONFIG);
        ClusterAccess access = ClusterAccess.kubeconfigFiles(List.of(file), "live");
        String told = assertThrows(ReleaseException.class, () -> ClientFactory.config(access))
                .getMessage();
        assertThat(told, allOf(containsString("no context 'live'"), containsString("Valid: prod, test")));
    }

    /** As client-go merges them: kubectl writes the current context into the first file, wherever the context is. */
    @Test
    public void currentContextOfOneFileMayBeInAnother() throws IOException {
        Path first = folder.newFile("current").toPath();
        Files.writeString(first, """
                apiVersion: v1
                kind: Config
                current-context: mixed
                users: [{name: robot, user: {token: of-the-first-file}}]
                """);
        Path second = folder.newFile("clusters").toPath();
        Files.writeString(
                second, KUBECONFIG + "  - {name: mixed, context: {cluster: two, user: robot, namespace: web}}\n");
        Config config = ClientFactory.config(ClusterAccess.kubeconfigFiles(List.of(first, second), ""));
        assertThat(config.getMasterUrl(), containsString("two.example.com"));
        assertThat(config.getNamespace(), is("web"));
        assertThat(config.getAutoOAuthToken(), is("of-the-first-file"));
    }

    @Test
    public void currentContextThatIsNowhereIsRefused() throws IOException {
        Path first = folder.newFile("stale").toPath();
        Files.writeString(first, "apiVersion: v1\nkind: Config\ncurrent-context: gone\n");
        Path second = folder.newFile("others").toPath();
        Files.writeString(second, KUBECONFIG);
        ClusterAccess access = ClusterAccess.kubeconfigFiles(List.of(first, second), "");
        ReleaseException e = assertThrows(ReleaseException.class, () -> ClientFactory.config(access));
        assertThat(e.getMessage(), allOf(containsString("no context 'gone'"), containsString("prod, test")));
    }

    @Test
    public void ownFilesAreReadInTheirOrder() throws IOException {
        Path first = folder.newFile().toPath();
        Files.writeString(first, KUBECONFIG.replace("name: prod", "name: other"));
        Path second = folder.newFile().toPath();
        Files.writeString(second, KUBECONFIG);
        ClusterAccess access = ClusterAccess.kubeconfigFiles(List.of(first, second), "prod");
        assertThat(ClientFactory.config(access).getMasterUrl(), containsString("two.example.com"));
    }

    @Test
    public void nothingOfThisMachineIsMixedIn() {
        // The client reads such settings wherever it configures itself, and would send them to the server named here.
        String property = "kubernetes.auth.token";
        System.setProperty(property, "token-of-this-machine");
        try {
            ClusterAccess access =
                    ClusterAccess.server("https://one.example.com", "").withUser("u", "p");
            Config config = ClientFactory.config(access);
            assertThat(config.getOauthToken(), nullValue());
            assertThat(config.refresh().getOauthToken(), nullValue());
            assertThat(config.getAutoConfigure(), is(false));
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    public void secretsAreNotShown() {
        ClusterAccess token =
                ClusterAccess.server("https://one.example.com", "").withToken("very-secret");
        assertThat(
                token.toString() + token.source() + ClusterAccess.kubeconfigText(KUBECONFIG, ""),
                not(containsString("very-secret")));
    }

    @Test
    public void addressWithAUserIsRefusedWithoutQuotingIt() {
        for (String url : List.of(
                "https://me:very-secret@one.example.com", "one.example.com", "ftp://x", "https:// very-secret")) {
            ReleaseException e = assertThrows(ReleaseException.class, () -> ClusterAccess.server(url, ""));
            assertThat(e.getMessage(), not(containsString("very-secret")));
        }
    }

    @Test
    public void equalAccessesAreEqual() {
        ClusterAccess one = ClusterAccess.kubeconfigText(KUBECONFIG, "");
        assertThat(one, equalTo(ClusterAccess.kubeconfigText(KUBECONFIG, "")));
        assertThat(one, not(equalTo(ClusterAccess.kubeconfigText(KUBECONFIG.replace("very", "less"), ""))));
    }

    private static void assertRefused(String kubeconfig, String naming) {
        ReleaseException e = assertThrows(ReleaseException.class, () -> ClusterAccess.kubeconfigText(kubeconfig, ""));
        assertThat(e.getMessage(), containsString(naming));
    }

    @Test
    public void aTokenThatIsReplacedIsReadAgain() {
        long[] now = {0};
        String[] kept = {"first"};
        KeptToken token = new KeptToken("first", () -> Optional.of(kept[0]).filter(t -> !t.isEmpty()), () -> now[0]);
        kept[0] = "second";
        now[0] = TimeUnit.MILLISECONDS.toNanos(999);
        assertThat(token.get(), is("first"));
        now[0] = TimeUnit.SECONDS.toNanos(1);
        assertThat(token.get(), is("second"));
        kept[0] = "";
        now[0] = TimeUnit.SECONDS.toNanos(2);
        assertThat(token.get(), is("second"));
    }

    @Test
    public void accessWithTheSameTokenIsSharedAlsoIfTheTokenMayBeReplaced() {
        ClusterAccess fixed =
                ClusterAccess.server("https://one.example.com", "").withToken("x");
        ClusterAccess renewed = fixed.renewedBy(() -> fixed);
        assertThat(renewed, equalTo(fixed.renewedBy(() -> fixed.withToken("y"))));
        assertThat(renewed, not(equalTo(fixed.withToken("y").renewedBy(() -> fixed))));
        assertThat(renewed.renewsTokens(), is(true));
        assertThat(renewed.toString(), not(containsString("x ")));
        ClusterAccess user = ClusterAccess.server("https://one.example.com", "").withUser("u", "p");
        assertThat(user.renewedBy(() -> fixed), equalTo(user));
    }

    @Test
    public void aKubeconfigsTokenMayBeReplacedToo() {
        ClusterAccess access = ClusterAccess.kubeconfigText(KUBECONFIG, "");
        assertThat(access.renewedBy(() -> access).renewsTokens(), is(true));
    }
}
