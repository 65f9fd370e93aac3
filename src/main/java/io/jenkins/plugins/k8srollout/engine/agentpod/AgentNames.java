package io.jenkins.plugins.k8srollout.engine.agentpod;

/**
 * Names that are agent, pod, host and Secret alike: a DNS label of at most 63 characters that begins with what can be
 * kept of the template's name.
 */
public final class AgentNames {
    private static final int LONGEST = 63;
    private static final int RANDOM_DIGITS = 8;
    private static final int BITS = 5;
    // Without vowels but one, so that hardly any words come about.
    private static final String DIGITS = "bcdfghjklmnpqrstuvwxyz0123456789";

    private AgentNames() {}

    /**
     * @param random any number; its lowest 40 bits make the name unique
     */
    public static String of(String template, long random) {
        StringBuilder name = new StringBuilder(AgentOwner.slug(template, LONGEST - RANDOM_DIGITS - 1)).append('-');
        for (int i = 0; i < RANDOM_DIGITS; i++) {
            name.append(DIGITS.charAt((int) (random >>> (i * BITS)) & (1 << BITS) - 1));
        }
        return name.toString();
    }
}
