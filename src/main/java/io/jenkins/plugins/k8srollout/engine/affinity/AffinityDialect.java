package io.jenkins.plugins.k8srollout.engine.affinity;

/** One controller's way to write affinity down. Stateless; new ones get a row in {@link AffinityDialects}. */
interface AffinityDialect {

    /** Where this controller looks for its settings. */
    enum Place {
        INGRESS,
        SERVICE
    }

    /** The name users write and see, as in {@code ingress-nginx}. */
    String name();

    /** Whether {@code IngressClass.spec.controller} means this one. */
    boolean answersTo(String controller);

    Place place();

    /** Whether users see one cookie of a known name that keeps its value, by which a proof knows a session. */
    default boolean hasNamedCookie() {
        return true;
    }

    /** Adds to {@code out} all that {@code request} means for its object. */
    void translate(AffinityRequest request, Translation out);
}
