package io.jenkins.plugins.k8srollout.run;

/**
 * What a build has released last, for {@code waitHealthy}.
 *
 * @param cluster the configured name and not the access, whose credentials are looked up anew for each use
 * @param namespace where it went
 * @param targets a {@link io.jenkins.plugins.k8srollout.engine.release.WaitRequest} as text, which stays readable when
 *     its classes change
 */
public record Released(String cluster, String namespace, String targets) {}
