package io.jenkins.plugins.k8srollout.engine.harbor;

import java.time.Instant;

/**
 * A tag of an artifact.
 *
 * @param pushed when it was set; the epoch if Harbor does not say
 * @param immutable whether a rule protects it
 */
public record HarborTag(String name, Instant pushed, boolean immutable) {}
