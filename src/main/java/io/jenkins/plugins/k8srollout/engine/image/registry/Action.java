package io.jenkins.plugins.k8srollout.engine.image.registry;

/**
 * What a request is for, in the words of a failure message.
 *
 * @param attempted a verb phrase: {@code read the manifest}
 * @param object on what: {@code registry.example.com/shop/web:1}
 */
record Action(String attempted, String object) {}
