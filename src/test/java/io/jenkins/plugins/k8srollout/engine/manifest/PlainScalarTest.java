package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

@RunWith(Parameterized.class)
public class PlainScalarTest {
    @Parameters(name = "{0} is {1}")
    public static Collection<Object[]> table() {
        return Arrays.asList(new Object[][] {
            {"", null},
            {"~", null},
            {"Null", null},
            {"nUll", "nUll"},
            {"y", true},
            {"On", true},
            {"NO", false},
            {"oN", "oN"},
            {"0644", 420L},
            {"0o644", 420L},
            {"0x1F", 31L},
            {"0b101", 5L},
            {"-0b101", -5L},
            {"+7", 7L},
            {"1_000", 1000L},
            {"08", 8L},
            {"1e3", 1000L},
            {"1.50", 1.5},
            {".5", 0.5},
            {"-.5", -0.5},
            {"1.2.3", "1.2.3"},
            {"1:30", "1:30"},
            {"2026-11-21", "2026-11-21"},
            {"200m", "200m"},
            {"-", "-"},
            {"--flag", "--flag"},
            {"<<", "<<"},
            {"=", "="},
            {"9223372036854775807", Long.MAX_VALUE},
            {"9223372036854775808", new BigInteger("9223372036854775808")},
            {"1e999", "1e999"},
        });
    }

    @Parameter(0)
    public String text;

    @Parameter(1)
    public Object value;

    @Test
    public void valueIsThatOfKubernetesOwnParser() {
        assertThat(PlainScalar.value(text), is(value));
    }
}
