package io.jenkins.plugins.k8srollout.credentials;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider.FolderCredentialsProperty;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsDescriptor;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import com.cloudbees.plugins.credentials.domains.HostnameSpecification;
import com.cloudbees.plugins.credentials.impl.BaseStandardCredentials;
import com.cloudbees.plugins.credentials.impl.CertificateCredentialsImpl;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.util.Secret;
import io.jenkins.plugins.k8srollout.credentials.ClusterLogin.Kind;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;

/** Which credentials a build gets, from where, and what it is told where it gets none. */
public class LoginsTest {
    @ClassRule
    public static final JenkinsRule JENKINS = new JenkinsRule();

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    private static FreeStyleBuild build;
    private static FreeStyleBuild inFolder;

    @BeforeClass
    public static void addCredentials() throws Exception {
        List<Credentials> global = SystemCredentialsProvider.getInstance().getCredentials();
        global.add(file("kubeconfig", "apiVersion: v1"));
        global.add(file("huge", "x".repeat((1 << 20) + 1)));
        global.add(text("token", "t0ken"));
        global.add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "robot", "", "robot$shop", "pa55word"));
        global.add(new OtherCredentials("other"));
        global.add(new StringCredentialsImpl(CredentialsScope.SYSTEM, "system", "", Secret.fromString("s")));
        build = JENKINS.buildAndAssertSuccess(JENKINS.createFreeStyleProject("outside"));

        Folder folder = JENKINS.createProject(Folder.class, "team");
        FolderCredentialsProperty property = new FolderCredentialsProperty(new DomainCredentials[0]);
        folder.addProperty(property);
        CredentialsStore store = property.getStore();
        store.addCredentials(Domain.global(), text("team-token", "team-t0ken"));
        store.addCredentials(Domain.global(), text("token", "own-t0ken"));
        inFolder = JENKINS.buildAndAssertSuccess(folder.createProject(FreeStyleProject.class, "inside"));
    }

    @Test
    public void kindsOpenAClusterEachInItsWay() {
        assertThat(ClusterLogins.forBuild("", build, ""), is(ClusterLogin.NONE));
        assertThat(
                ClusterLogins.forBuild("kubeconfig", build, ""),
                is(new ClusterLogin(Kind.KUBECONFIG, "", "apiVersion: v1")));
        assertThat(ClusterLogins.forBuild("token", build, ""), is(new ClusterLogin(Kind.TOKEN, "", "t0ken")));
        assertThat(
                ClusterLogins.forBuild("robot", build, ""),
                is(new ClusterLogin(Kind.PASSWORD, "robot$shop", "pa55word")));
    }

    /** A domain says where credentials may go; they go nowhere else. */
    @Test
    public void credentialsOfADomainOpenOnlyWhatItAllows() throws Exception {
        Domain domain = new Domain("prod", "", List.of(new HostnameSpecification("harbor.example.com", "")));
        CredentialsStore store =
                CredentialsProvider.lookupStores(JENKINS.jenkins).iterator().next();
        store.addDomain(
                domain,
                new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "prod-robot", "", "robot", "pa55"));
        assertThat(
                RegistryLogins.forBuild("prod-robot", build, "harbor.example.com")
                        .isAnonymous(),
                is(false));
        ReleaseException refused = assertThrows(
                ReleaseException.class, () -> RegistryLogins.forBuild("prod-robot", build, "evil.example.com"));
        assertThat(refused.getMessage(), containsString("in a domain for https://evil.example.com"));
        assertThrows(
                ReleaseException.class,
                () -> ClusterLogins.forBuild("prod-robot", build, "https://api.example.com:6443"));
        assertThrows(
                ReleaseException.class,
                () -> RegistryLogins.dockerConfig("prod-robot", build, Set.of("evil.example.com")));
    }

    @Test
    public void aTokenThatIsReplacedIsFoundAgain() throws Exception {
        List<Credentials> global = SystemCredentialsProvider.getInstance().getCredentials();
        Credentials first = text("rotated", "first");
        global.add(first);
        assertThat(ClusterLogins.forBuild("rotated", build, "").secret(), is("first"));
        global.set(global.indexOf(first), text("rotated", "second"));
        assertThat(ClusterLogins.again("rotated", build, "").secret(), is("second"));
    }

    @Test
    public void aClientCertificateComesAsPem() throws Exception {
        Path store = FOLDER.getRoot().toPath().resolve("client.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "client",
                        "-dname",
                        "CN=jenkins",
                        "-keyalg",
                        "EC",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(), is(0));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new CertificateCredentialsImpl(
                        CredentialsScope.GLOBAL,
                        "client",
                        "",
                        "changeit",
                        new CertificateCredentialsImpl.UploadedKeyStoreSource(
                                SecretBytes.fromBytes(Files.readAllBytes(store)))));

        ClusterLogin login = ClusterLogins.forBuild("client", build, "");

        assertThat(login.kind(), is(Kind.CERTIFICATE));
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(login.user().getBytes(StandardCharsets.US_ASCII)));
        assertThat(certificate.getSubjectX500Principal().getName(), is("CN=jenkins"));
        assertThat(login.secret(), startsWith("-----BEGIN PRIVATE KEY-----\n"));
        assertThat(login.toString(), is("CERTIFICATE"));
    }

    @Test
    public void useIsTracked() throws Exception {
        ClusterLogins.forBuild("token", build, "");

        assertThat(
                CredentialsProvider.getFingerprintOf(
                        CredentialsProvider.findCredentialById("token", StringCredentialsImpl.class, build)),
                is(notNullValue()));
    }

    @Test
    public void folderHasItsOwnAndComesFirst() {
        assertThat(ClusterLogins.forBuild("team-token", inFolder, "").secret(), is("team-t0ken"));
        assertThat(ClusterLogins.forBuild("token", inFolder, "").secret(), is("own-t0ken"));
        assertThat(ClusterLogins.forBuild("token", build, "").secret(), is("t0ken"));
    }

    @Test
    public void otherFoldersAreOutOfReach() {
        assertRefused(
                "team-token",
                "find credentials for a cluster: team-token: the job outside can see no credentials"
                        + " of this id. Add them to Jenkins with the scope Global or to a folder of the job, in a domain"
                        + " that allows what they open, or correct the id");
    }

    @Test
    public void systemCredentialsAreOutOfReach() {
        assertRefused("system", "the job outside can see no credentials of this id");
    }

    @Test
    public void wrongKindIsNamedWithThoseThatFit() {
        assertRefused(
                "other",
                "use credentials for a cluster: other: they are of the kind 'Another kind'."
                        + " Choose credentials of a kind that fits. Valid: secret file (a kubeconfig), secret text (a token),"
                        + " certificate, username with password.");
        ReleaseException refused = assertThrows(
                ReleaseException.class, () -> RegistryLogins.forBuild("token", build, "harbor.example.com"));
        assertThat(refused.getMessage(), containsString("they are of the kind 'Secret text'"));
        assertThat(refused.getMessage(), not(containsString("t0ken")));
    }

    @Test
    public void hugeFilesAreNoKubeconfigs() {
        assertRefused("huge", "it is larger than 1 MiB");
    }

    @Test
    public void nothingPrintsItsSecret() {
        assertThat(ClusterLogins.forBuild("robot", build, "").toString(), is("PASSWORD"));
        assertThat(
                RegistryLogins.forBuild("robot", build, "harbor.example.com").toString(),
                not(containsString("pa55word")));
    }

    @Test
    public void pullSecretHasTheFormOfDocker() {
        String config = RegistryLogins.dockerConfig("robot", build, Set.of("harbor.example.com"));

        assertThat(config, is("{\"auths\":{\"harbor.example.com\":{\"auth\":\"cm9ib3Qkc2hvcDpwYTU1d29yZA==\"}}}"));
    }

    private static void assertRefused(String id, String message) {
        ReleaseException refused = assertThrows(ReleaseException.class, () -> ClusterLogins.forBuild(id, build, ""));
        assertThat(refused.getMessage(), containsString(message));
    }

    private static Credentials text(String id, String secret) {
        return new StringCredentialsImpl(CredentialsScope.GLOBAL, id, "", Secret.fromString(secret));
    }

    private static Credentials file(String id, String content) throws Exception {
        return new FileCredentialsImpl(
                CredentialsScope.GLOBAL, id, "", id, SecretBytes.fromBytes(content.getBytes(StandardCharsets.UTF_8)));
    }

    /** Of a kind that opens nothing here. */
    public static final class OtherCredentials extends BaseStandardCredentials {
        private static final long serialVersionUID = 1L;

        OtherCredentials(String id) {
            super(id, "");
        }

        @TestExtension
        public static final class DescriptorImpl extends CredentialsDescriptor {
            @Override
            public String getDisplayName() {
                return "Another kind";
            }
        }
    }
}
