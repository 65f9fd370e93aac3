package io.jenkins.plugins.k8srollout.engine.agentpod;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Whose pod it is, as labels that every object of an agent bears. By them pods are found again after a crash, counted,
 * and told from those of other controllers.
 *
 * @param controller stable identity of the Jenkins controller; survives its restarts, differs between controllers
 * @param cloud the cloud's name, as its administrator wrote it
 * @param template the template's name, likewise
 */
public record AgentOwner(String controller, String cloud, String template) {
    public static final String CONTROLLER = "k8s-rollout.jenkins.io/controller";
    public static final String CLOUD = "k8s-rollout.jenkins.io/cloud";
    public static final String TEMPLATE = "k8s-rollout.jenkins.io/template";
    public static final String AGENT = "k8s-rollout.jenkins.io/agent";

    // https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final int LONGEST = 63;
    private static final int DIGEST_DIGITS = 10;

    public AgentOwner {
        Objects.requireNonNull(controller, "controller");
        Objects.requireNonNull(cloud, "cloud");
        Objects.requireNonNull(template, "template");
    }

    /** The labels of an agent's objects. */
    public Map<String, String> labels(String agent) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(CONTROLLER, labelValue(controller));
        labels.put(CLOUD, labelValue(cloud));
        labels.put(TEMPLATE, labelValue(template));
        labels.put(AGENT, labelValue(agent));
        return labels;
    }

    /** The label of what belongs to the controller and to none of its agents. */
    public static Map<String, String> controllerLabel(String controller) {
        return Map.of(CONTROLLER, labelValue(controller));
    }

    /** Selects all pods of a controller, of whatever cloud. */
    public static String selector(String controller) {
        return CONTROLLER + "=" + labelValue(controller);
    }

    /** Whether the object bears this controller's label. */
    public static boolean owns(String controller, KubeObject object) {
        return labelValue(controller).equals(object.labels().get(CONTROLLER));
    }

    /** Whether the object bears this cloud's label; the controller's is not looked at. */
    public static boolean isOfCloud(String cloud, KubeObject object) {
        return labelValue(cloud).equals(object.labels().get(CLOUD));
    }

    /** Whether the object bears this template's label; the cloud's is not looked at. */
    public static boolean isOfTemplate(String template, KubeObject object) {
        return labelValue(template).equals(object.labels().get(TEMPLATE));
    }

    /**
     * A text as a label's value: itself where Kubernetes allows that, else what can be kept of it with a digest that
     * tells it from all others.
     */
    static String labelValue(String text) {
        return LABEL.matcher(text).matches() ? text : slug(text, LONGEST - DIGEST_DIGITS - 1) + "-" + digest(text);
    }

    /**
     * Lower-case letters, digits and single hyphens of a text, beginning and ending with a letter or digit.
     *
     * @param longest the most characters
     * @return {@code x} if nothing can be kept
     */
    static String slug(String text, int longest) {
        String kept =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        String cut = kept.substring(0, Math.min(kept.length(), longest)).replaceAll("-+$", "");
        return cut.isEmpty() ? "x" : cut;
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGEST_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
