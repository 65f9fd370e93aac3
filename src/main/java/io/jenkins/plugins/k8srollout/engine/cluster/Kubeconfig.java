package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * One context of a kubeconfig that is not trusted. Only fields that are data are known here; any other, be it a
 * program, a file or one that a later Kubernetes invents, is refused by not being on the list.
 */
record Kubeconfig(ClusterAccess.Direct direct, String namespace) {
    private static final Set<String> CLUSTER_FIELDS = Set.of(
            "server", "certificate-authority-data", "insecure-skip-tls-verify", "disable-compression", "extensions");
    private static final Set<String> USER_FIELDS =
            Set.of("token", "client-certificate-data", "client-key-data", "username", "password", "extensions");
    private static final String ATTEMPT = "read the kubeconfig";
    private static final int LARGEST_TEXT = 1 << 20;
    private static final int DEEPEST = 20;
    private static final int MOST_ALIASES = 10;

    static Kubeconfig parse(String text, String wantedContext) {
        KubeObject config = load(text);
        String name = wantedContext.isEmpty() ? config.text("current-context").orElse("") : wantedContext;
        KubeObject context = named(config, "contexts", "context", name);
        KubeObject cluster =
                named(config, "clusters", "cluster", context.text("cluster").orElse(""));
        KubeObject user = context.has("user")
                ? named(config, "users", "user", context.text("user").orElse(""))
                : KubeObject.empty();
        allowOnly(cluster, CLUSTER_FIELDS, "cluster");
        allowOnly(user, USER_FIELDS, "user");
        if (cluster.flag("insecure-skip-tls-verify")) {
            throw refused(
                    "cluster",
                    "it turns off the check of the server's certificate (insecure-skip-tls-verify)",
                    "Put the certificate into certificate-authority-data");
        }
        String token = user.text("token").map(String::strip).orElse("");
        ClusterAccess.Direct direct = new ClusterAccess.Direct(
                ClusterAccess.checkedUrl(cluster.text("server").orElse("")),
                pem(cluster, "certificate-authority-data"),
                token.isEmpty() ? null : new ClusterAccess.FixedToken(token),
                pem(user, "client-certificate-data"),
                pem(user, "client-key-data"),
                user.text("username").orElse(""),
                user.text("password").orElse(""));
        return new Kubeconfig(direct, context.text("namespace").orElse(""));
    }

    private static KubeObject load(String text) {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(LARGEST_TEXT);
        limits.setNestingDepthLimit(DEEPEST);
        limits.setMaxAliasesForCollections(MOST_ALIASES);
        limits.setAllowDuplicateKeys(false);
        try {
            Object root = new Yaml(new SafeConstructor(limits)).load(text);
            if (root instanceof Map) {
                return KubeObject.of((Map<?, ?>) root);
            }
        } catch (YAMLException | IllegalArgumentException e) {
            // The parser's message quotes the text, which holds credentials.
            throw refused("file", "it is not valid YAML", "Export it anew with kubectl config view --raw --flatten");
        }
        throw refused("file", "it is not a map", "Export it anew with kubectl config view --raw --flatten");
    }

    private static KubeObject named(KubeObject config, String list, String part, String name) {
        Set<String> names = new TreeSet<>();
        for (KubeObject entry : config.children(list)) {
            String entryName = entry.text("name").orElse("");
            if (entryName.equals(name) && !name.isEmpty()) {
                return entry.child(part);
            }
            names.add(entryName);
        }
        throw ReleaseException.refused(
                ATTEMPT,
                part + " '" + name + "'",
                "the kubeconfig has no " + part + " of that name",
                "Choose one that is there",
                names.toArray(new String[0]));
    }

    private static void allowOnly(KubeObject part, Set<String> allowed, String what) {
        for (String field : part.fields().keySet()) {
            if (!allowed.contains(field)) {
                throw refused(
                        what,
                        "the field '" + field + "' may run a program or read a file here and is not accepted"
                                + " in a kubeconfig from a credential",
                        "Use a kubeconfig with embedded data (kubectl config view --raw --flatten --minify), best with"
                                + " the token of a service account");
            }
        }
    }

    private static String pem(KubeObject part, String field) {
        String text = part.text(field).orElse("");
        try {
            return new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused(field, "it is not base64", "Export it anew with kubectl config view --raw --flatten");
        }
    }

    private static ReleaseException refused(String what, String reason, String remedy) {
        return ReleaseException.refused(ATTEMPT, what, reason, remedy);
    }

    @Override
    public String toString() {
        return direct.toString();
    }
}
