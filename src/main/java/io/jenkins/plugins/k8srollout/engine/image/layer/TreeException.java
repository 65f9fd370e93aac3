package io.jenkins.plugins.k8srollout.engine.image.layer;

/**
 * Something in a file tree cannot be used. It knows the path but not the instruction that asked for it; whoever does
 * makes the user's error of both.
 */
public final class TreeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    public TreeException(String reason, String remedy) {
        super(reason);
        this.remedy = remedy;
    }

    public String remedy() {
        return remedy;
    }
}
