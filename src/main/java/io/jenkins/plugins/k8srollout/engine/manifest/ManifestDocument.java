package io.jenkins.plugins.k8srollout.engine.manifest;

import io.jenkins.plugins.k8srollout.engine.model.Finding;
import io.jenkins.plugins.k8srollout.engine.model.Finding.Severity;
import io.jenkins.plugins.k8srollout.engine.model.KubeObject;

/**
 * One object of a manifest file and where it stands there.
 *
 * @param object as written, or as rewritten since
 * @param file the file's path as the user gave it
 * @param document position in the file, from 1
 * @param lines where the object's fields stand
 */
public record ManifestDocument(KubeObject object, String file, int document, LineIndex lines) {

    /** The same place with another object, as after an upgrade: fields that moved are then found at their parent's line. */
    public ManifestDocument with(KubeObject other) {
        return new ManifestDocument(other, file, document, lines);
    }

    /** The line of the field at a path, from 1; that of the nearest parent where there is no such field. */
    public int lineOf(Object... path) {
        return lines.lineOf(path);
    }

    /** A finding on the field at a path of this document. */
    public Finding finding(Severity severity, String rule, String message, String fix, Object... path) {
        String ref = object.kind().isEmpty() ? "" : object.ref().toString();
        return new Finding(severity, rule, file, document, lineOf(path), ref, message, fix);
    }

    /** The object's reference and its place; never its content, which may be secret. */
    @Override
    public String toString() {
        return object + " in " + file + ", document " + document;
    }
}
