package io.jenkins.plugins.k8srollout.engine.cluster;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import io.jenkins.plugins.k8srollout.engine.model.Problem;
import io.jenkins.plugins.k8srollout.engine.model.Problem.Kind;
import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * What an API server's refusal means and what helps. The texts looked for are those of Kubernetes' own
 * {@code apimachinery/pkg/api/errors}, {@code apiserver/pkg/endpoints/handlers/responsewriters} and the admission
 * plugins; they have been stable since 1.9.
 */
final class ClusterErrors {
    private static final Pattern DENIED = Pattern.compile(
            "User \"([^\"]*)\" cannot (\\S+) "
                    + "(?:resource \"([^\"]*)\" in API group \"([^\"]*)\"(?: in the namespace \"([^\"]*)\")?|path \"([^\"]*)\")");
    // apimachinery/pkg/util/managedfields/internal/conflict.go; only of an Update is the version told
    private static final Pattern MANAGER =
            Pattern.compile("conflict with \"([^\"]*)\"(?: with subresource \"[^\"]*\")?( using )?");

    private ClusterErrors() {}

    /** The server has refused because of who asks, not because of what is asked. */
    static boolean isAuthorization(ApiReply reply) {
        return reply.code() == 403 && DENIED.matcher(reply.words()).find();
    }

    /** A 404 that names the missing object; otherwise the path, that is the kind, is what the server does not know. */
    static boolean isAboutAnObject(ApiReply reply) {
        return reply.status().flatMap(s -> s.text("details", "name")).isPresent();
    }

    /** Another manager owns fields of a server-side apply. */
    static boolean isOwnership(ApiReply reply) {
        return reply.code() == 409
                && reply.status().stream()
                        .flatMap(s -> s.children("details", "causes").stream())
                        .anyMatch(c -> c.text("reason").orElse("").equals("FieldManagerConflict"));
    }

    /** The object is not of the version that the request was meant for, or is not there any more. */
    static boolean isOutdated(ApiReply reply) {
        return reply.code() == 409 && !isOwnership(reply) || reply.code() == 404 && isAboutAnObject(reply);
    }

    /** What was to be created exists. */
    static boolean isPresent(ApiReply reply) {
        return reply.status()
                .flatMap(s -> s.text("reason"))
                .filter("AlreadyExists"::equals)
                .isPresent();
    }

    /**
     * One field that a server-side apply could not have.
     *
     * @param manager who owns it; empty text if the server does not say
     * @param updated whether the manager owns it by an ordinary write rather than by an apply
     */
    record Conflict(String field, String manager, boolean updated) {}

    /** The fields in conflict; empty if the answer is not about ownership. */
    static List<Conflict> conflicts(ApiReply reply) {
        return isOwnership(reply)
                ? causes(reply).stream().map(ClusterErrors::conflict).toList()
                : List.of();
    }

    private static Conflict conflict(KubeObject cause) {
        Matcher manager = MANAGER.matcher(cause.text("message").orElse(""));
        boolean known = manager.find();
        return new Conflict(
                cause.text("field").orElse("?").replaceFirst("^\\.", ""),
                known ? manager.group(1) : "",
                known && manager.group(2) != null);
    }

    /** The same answer with only those conflicts; others would distract from what has to be settled. */
    static ApiReply withConflicts(ApiReply reply, Predicate<Conflict> wanted) {
        KubeObject status = reply.status().orElse(KubeObject.empty());
        List<KubeObject> kept =
                causes(reply).stream().filter(c -> wanted.test(conflict(c))).toList();
        byte[] body = Json.write(status.with(kept, "details", "causes"));
        return new ApiReply(reply.code(), reply.contentType(), reply.retryAfter(), body);
    }

    /** No answer came, or none that was an API server's. */
    static ReleaseException unreachable(ApiRequest request, String server, Throwable thrown, Duration tried) {
        String words = Causes.words(thrown);
        String reason = "the API server at " + server + " cannot be reached: " + words;
        String remedy = "Check that the address is right, the API server runs and no firewall is in between";
        if (Causes.find(thrown, CertificateException.class).isPresent() || words.contains("certification path")) {
            reason = "the certificate of the API server at " + server + " is not trusted: " + words;
            remedy =
                    "Give the cluster's CA certificate (certificate-authority-data) and an address that the certificate names";
        } else if (words.contains("Unsupported or unrecognized SSL message")
                || words.contains("plaintext connection")) {
            reason = "the server at " + server + " does not speak TLS on this port";
            remedy = "Check port and scheme: the API server's own port, mostly 6443 with https";
        } else if (Causes.find(thrown, SSLException.class).isPresent()) {
            reason = "no secure connection to the API server at " + server + ": " + words;
            remedy = "Check CA certificate, client certificate and key";
        } else if (Causes.find(thrown, UnknownHostException.class).isPresent()) {
            reason = "the host name of the API server at " + server + " is not known";
            remedy = "Check the address and the name resolution on this machine";
        } else if (Causes.find(thrown, ConnectException.class).isPresent() && words.contains("refused")) {
            remedy = "Check that the API server runs and listens on this port";
        }
        String tail = tried.toSeconds() < 1 ? "" : " (tried for " + tried.toSeconds() + " s)";
        return new ReleaseException(
                new Problem(Kind.UNREACHABLE, request.attempted(), request.object(), reason + tail, remedy), thrown);
    }

    /** The server has answered, and not with success. */
    static ReleaseException refusal(ApiRequest request, String server, ApiReply reply) {
        return new ReleaseException(problem(request, server, reply));
    }

    private static Problem problem(ApiRequest request, String server, ApiReply reply) {
        String words = stripped(reply.words());
        if (words.contains("denied the request")) {
            return of(Kind.REJECTED, request, words, "Change the object as the webhook asks, or ask its owner");
        }
        if (words.contains("exceeded quota")) {
            return of(Kind.REJECTED, request, words, "Ask for less, or have the namespace's ResourceQuota raised");
        }
        if (words.contains("because it is being terminated") || words.contains("is being terminated")) {
            return of(Kind.REJECTED, request, words, "Wait until the namespace is gone, then release again");
        }
        if (words.contains("HTTP request to an HTTPS server")) {
            return of(
                    Kind.UNREACHABLE,
                    request,
                    "the server at " + server + " speaks TLS on this port, and http was asked for",
                    "Write its address with https://");
        }
        return switch (reply.code()) {
            case 401 ->
                of(
                        Kind.NOT_PERMITTED,
                        request,
                        "the API server at " + server + " does not accept the credentials (" + words + ")",
                        "Check that the token or client certificate is for this cluster and has not expired");
            case 403 -> forbidden(request, words);
            case 404 -> notFound(request, reply, words);
            case 409 -> isOwnership(reply) ? conflict(request, reply) : of(Kind.CONFLICT, request, words, "Try again");
            case 413 ->
                of(
                        Kind.REJECTED,
                        request,
                        "the object is too large for the server (" + words + ")",
                        "Keep it under 1 MiB, for example by splitting a ConfigMap");
            case 415 ->
                of(
                        Kind.REJECTED,
                        request,
                        "the server does not know server-side apply (" + words + ")",
                        "Use Kubernetes 1.16 or newer");
            case 400, 422 -> invalid(request, reply, words);
            case 429, 502, 503, 504 ->
                of(
                        Kind.UNREACHABLE,
                        request,
                        "the API server at " + server + " is not able to answer: " + words,
                        "Look at the API server's health and load, then release again");
            default -> of(Kind.REJECTED, request, words, reply.code() >= 500 ? "Look into the API server's log" : "");
        };
    }

    private static Problem forbidden(ApiRequest request, String words) {
        Matcher denied = DENIED.matcher(words);
        if (!denied.find()) {
            return of(Kind.REJECTED, request, words, "Change the object, or ask who runs the cluster for an exception");
        }
        String user = denied.group(1);
        if (denied.group(6) != null) {
            String remedy = "Check that the credentials are those you meant";
            return of(Kind.NOT_PERMITTED, request, user + " may not read " + denied.group(6), remedy);
        }
        String namespace = denied.group(5);
        String where = namespace == null ? "in the whole cluster" : "in namespace " + namespace;
        String reason = user + " may not " + denied.group(2) + " " + denied.group(3) + " " + where;
        String rule = String.format(
                "{apiGroups: [\"%s\"], resources: [\"%s\"], verbs: [\"%s\"]}",
                denied.group(4), denied.group(3), denied.group(2));
        String kind = namespace == null ? "ClusterRole" : "Role in namespace " + namespace;
        return of(Kind.NOT_PERMITTED, request, reason, "Add to a " + kind + " of this user the rule " + rule);
    }

    private static Problem notFound(ApiRequest request, ApiReply reply, String words) {
        KubeObject details = reply.status().orElse(KubeObject.empty()).child("details");
        String name = details.text("name").orElse("");
        if (details.text("kind").orElse("").equals("namespaces")
                && !request.path().endsWith("/namespaces/" + name)) {
            return of(
                    Kind.NOT_FOUND,
                    request,
                    "the namespace " + name + " does not exist",
                    "Correct the name, create it, or set createNamespace (--create-namespace)");
        }
        if (name.isEmpty()) {
            return of(
                    Kind.NOT_FOUND,
                    request,
                    "the server does not serve this kind (" + words + ")",
                    "Check apiVersion and kind, or install the CustomResourceDefinition");
        }
        return of(Kind.NOT_FOUND, request, words, "Check its name and namespace");
    }

    private static Problem conflict(ApiRequest request, ApiReply reply) {
        Set<String> fields = new LinkedHashSet<>();
        Set<String> owners = new LinkedHashSet<>();
        for (Conflict conflict : conflicts(reply)) {
            fields.add(conflict.field());
            owners.add(conflict.manager().isEmpty() ? "another manager" : conflict.manager());
        }
        String reason = "these fields belong to " + String.join(" and ", owners) + ": " + String.join(", ", fields);
        String remedy = fields.equals(Set.of("spec.replicas"))
                ? "Leave replicas out of the manifest, so that whoever scales it keeps it, or set force: true (--force) to take it over"
                : "Leave the fields out of the manifest, or set force: true (--force) to take them over";
        return of(Kind.CONFLICT, request, reason, remedy);
    }

    private static Problem invalid(ApiRequest request, ApiReply reply, String words) {
        List<KubeObject> causes = causes(reply);
        if (causes.isEmpty()) {
            return of(Kind.REJECTED, request, words, "Correct the manifest");
        }
        String all = causes.stream()
                .map(c -> c.text("field").map(f -> f + ": ").orElse("")
                        + c.text("message").orElse("not valid"))
                .distinct()
                .collect(Collectors.joining("; "));
        return of(Kind.REJECTED, request, all, "Correct these fields in the manifest");
    }

    private static List<KubeObject> causes(ApiReply reply) {
        return reply.status().map(s -> s.children("details", "causes")).orElse(List.of());
    }

    private static String stripped(String words) {
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }

    private static Problem of(Kind kind, ApiRequest request, String reason, String remedy) {
        return new Problem(kind, request.attempted(), request.object(), reason, remedy);
    }

    /** The kind is not served, so no request could be made. */
    static ReleaseException unknownKind(String attempted, String object, String apiVersion, Set<String> others) {
        String reason = "the cluster does not serve " + apiVersion;
        String remedy = others.isEmpty()
                ? "Check apiVersion and kind, or install the CustomResourceDefinition"
                : "Use a version that is served";
        return new ReleaseException(
                new Problem(Kind.NOT_FOUND, attempted, object, reason, remedy, List.copyOf(others)));
    }

    static Optional<ReleaseException> as(Throwable thrown) {
        return Causes.find(thrown, ReleaseException.class);
    }
}
