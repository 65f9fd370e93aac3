package io.jenkins.plugins.k8srollout.engine.agentpod;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.Test;

/** Whatever administrators write, names and labels are valid and tell apart what differs. */
public class AgentNamesTest {
    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String LABEL_VALUE = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?";
    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "-",
            "maven",
            "Maven 3.9 / JDK 17",
            "构建",
            "../../etc",
            "<script>alert(1)</script>",
            "a".repeat(300),
            "-".repeat(80) + "x",
            "x" + "-".repeat(80),
            "UPPER_lower.dots",
            "\u0000\n");

    @Test
    public void namesAreDnsLabels() {
        Random random = new Random(1);
        for (String template : HOSTILE) {
            for (int i = 0; i < 50; i++) {
                String name = AgentNames.of(template, random.nextLong());
                assertThat(name, matchesPattern(DNS_LABEL));
                assertThat(name.length(), lessThanOrEqualTo(63));
            }
        }
        assertThat(AgentNames.of("Maven 3.9", 5), startsWith("maven-3-9-"));
    }

    @Test
    public void namesDifferWithEveryBit() {
        Set<String> names = new HashSet<>();
        names.add(AgentNames.of("t", 0));
        for (int bit = 0; bit < 40; bit++) {
            names.add(AgentNames.of("t", 1L << bit));
        }
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            names.add(AgentNames.of("t", random.nextLong()));
        }
        assertThat(names.size(), is(20_041));
    }

    @Test
    public void labelsAreValidAndDistinct() {
        Set<String> values = new HashSet<>();
        for (String text : HOSTILE) {
            Map<String, String> labels = new AgentOwner(text, text, text).labels(text);
            for (String value : labels.values()) {
                assertThat(value, matchesPattern(LABEL_VALUE));
                assertThat(value.length(), lessThanOrEqualTo(63));
                values.add(value);
            }
        }
        assertThat(values.size(), is(HOSTILE.size()));
    }

    @Test
    public void plainLabelsStayAsTheyAre() {
        assertThat(AgentOwner.labelValue("UPPER_lower.dots"), is("UPPER_lower.dots"));
    }
}
