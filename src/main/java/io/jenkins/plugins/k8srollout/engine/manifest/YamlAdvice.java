package io.jenkins.plugins.k8srollout.engine.manifest;

/** What to do about text that does not parse. */
final class YamlAdvice {
    private YamlAdvice() {}

    static String of(String text, int line, String problem) {
        if (text.contains("{{")) {
            return "This looks like a template: render it first, for example with helm template";
        }
        if (problem.contains("\\t")) {
            return "Indent with spaces; YAML does not allow tabs";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "Check the indentation, and put text with a colon in quotes";
        }
        if (problem.contains("alias")) {
            return "Define the anchor in the same document, or put text that starts with * in quotes";
        }
        return "Check indentation and quotes here and on the line before";
    }
}
