package io.jenkins.plugins.k8srollout.engine.model;

import java.io.Serializable;
import java.util.Locale;

/**
 * One remark of the manifest check.
 *
 * @param severity errors stop a release, warnings are printed and recorded
 * @param rule stable kebab-case name, as in {@code volume-never-mounted}
 * @param file the manifest's path as the user gave it
 * @param document position in a file of many documents, from 1
 * @param line line in the file, from 1; 0 if unknown
 * @param object {@code Kind/namespace/name}; empty text if the document is not an object
 * @param message what is wrong
 * @param fix what to write instead; empty text if nothing can be said
 */
public record Finding(
        Severity severity, String rule, String file, int document, int line, String object, String message, String fix)
        implements Serializable {

    public enum Severity {
        ERROR,
        WARNING,
        INFO;

        /** As in JSON output: {@code error}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code deploy/web.yaml:12}; the file alone where the line is not known. */
    public String place() {
        return line > 0 ? file + ":" + line : file;
    }

    /** {@code deploy/web.yaml:12: error: … (rule) — fix}: the form editors can jump to. */
    public String summary() {
        String text = place() + ": " + severity.word() + ": " + (object.isEmpty() ? "" : object + ": ") + message;
        return text + " [" + rule + "]" + (fix.isEmpty() ? "" : " - " + fix);
    }
}
