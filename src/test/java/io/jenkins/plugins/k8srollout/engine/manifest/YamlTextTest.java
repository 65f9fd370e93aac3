package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

public class YamlTextTest {
    private static final String HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    private static final List<String> AWKWARD = List.of(
            "",
            " ",
            "y",
            "on",
            "No",
            "null",
            "~",
            "0644",
            "1e3",
            "0o7",
            "1.0",
            "1_0",
            ".inf",
            "-",
            "- a",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "{a}",
            "[a]",
            "'a'",
            "\"a\"",
            "\\",
            "a\n",
            "a\n\n",
            "\na",
            " a\nb",
            "a\n  b\n c",
            "a \nb",
            "\ta\nb",
            "a\tb\nc",
            "a\r\nb",
            "\u0000",
            "\u0085",
            "\u2028",
            "\uFEFF",
            "ünï",
            "😀",
            "---",
            "--- a",
            "...",
            "${X}",
            "=",
            "<<",
            "a,b",
            "?",
            "? a",
            ":",
            "\n",
            "\n\n",
            "x\n\n\ny\n\n\n",
            "2026-11-21",
            "1:30",
            "+",
            "$(A)",
            "// x",
            "(a)",
            "a".repeat(300),
            "trailing \n",
            "x\n#y\n---\n");

    @Test
    public void looksAsPeopleWriteIt() {
        String text = """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                  annotations: {}
                spec:
                  template:
                    spec:
                      containers:
                      - name: web
                        image: registry.example.com/shop/web:1
                        args:
                        - -c
                        - "*"
                        - "true"
                        ports: []
                        stdin: true
                        weights:
                        - - 1
                          - 2.5
                        script: |-
                          set -e
                          exec web
                """;
        assertThat(YamlText.write(Yaml.one(text)), is(text.replace("- -c", "- \"-c\"")));
    }

    @Test
    public void everyTextComesBack() {
        for (String awkward : AWKWARD) {
            comesBack(Arrays.asList(awkward, Map.of(awkward.isEmpty() ? "k" : awkward, awkward), List.of(awkward)));
        }
    }

    @Test
    public void anyNestingComesBack() {
        Random random = new Random(20261121);
        for (int i = 0; i < 300; i++) {
            comesBack(value(random, 4));
        }
    }

    private static void comesBack(Object value) {
        KubeObject object = Yaml.one(HEAD).with(value, "v");
        String text = YamlText.write(object);
        assertThat(text, Yaml.one(text), is(object));
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextBoolean() ? random.nextDouble() : (Object) true;
            case 2 -> null;
            case 3 -> AWKWARD.get(random.nextInt(AWKWARD.size()));
            case 4 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put("k" + AWKWARD.get(random.nextInt(AWKWARD.size())), value(random, depth - 1));
                }
                yield map;
            }
        };
    }
}
