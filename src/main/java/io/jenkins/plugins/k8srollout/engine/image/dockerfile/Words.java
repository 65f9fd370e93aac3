package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Splits at white space outside quotes and leaves quotes and escapes in place, for a later expansion to resolve. */
final class Words {
    private Words() {}

    static List<String> of(String text, char escape) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == escape && quote != '\'') {
                if (i + 1 < text.length()) {
                    word.append(c).append(text.charAt(++i));
                }
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (word.length() > 0) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                word.append(c);
                if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (c == quote) {
                    quote = 0;
                }
            }
        }
        if (word.length() > 0) {
            words.add(word.toString());
        }
        return words;
    }
}
