package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class ShellWordsTest {
    private static final Map<String, String> SET =
            Map.of("X", "value", "EMPTY", "", "PATH_", "/usr/local/bin", "TWO", "a b", "N1", "one");

    private final Expander expander = new Expander("Dockerfile", '\\');

    @Test
    public void expandsAsAShellDoes() {
        String[][] table = {
            {"plain", "plain"},
            {"$X", "value"},
            {"${X}", "value"},
            {"$X-$N1.x", "value-one.x"},
            {"$UNSET", ""},
            {"a$", "a$"},
            {"$/x", "$/x"},
            {"\\$X", "$X"},
            {"'$X'", "$X"},
            {"\"$X y\"", "value y"},
            {"\"\\$X \\\" \\n\"", "$X \" \\n"},
            {"a\\ b", "a b"},
            {"${UNSET:-y}", "y"},
            {"${EMPTY:-y}", "y"},
            {"${EMPTY-y}", ""},
            {"${X:-y}", "value"},
            {"${X:+y}", "y"},
            {"${EMPTY:+y}", ""},
            {"${EMPTY+y}", "y"},
            {"${UNSET+y}", ""},
            {"${UNSET:-${X}}", "value"},
            {"${UNSET:-'a b'}", "a b"},
            {"${X:?needed}", "value"},
            {"${PATH_#*/}", "usr/local/bin"},
            {"${PATH_##*/}", "bin"},
            {"${PATH_%/*}", "/usr/local"},
            {"${PATH_%%/*}", ""},
            {"${PATH_/\\/usr/\\/opt}", "/opt/local/bin"},
            {"${PATH_//l/L}", "/usr/LocaL/bin"},
            {"${X/a?/-}", "v-ue"},
            {"$1st", "st"},
            {"ünï$X", "ünïvalue"},
        };
        for (String[] row : table) {
            assertThat(row[0], expander.word(1, row[0], name -> Optional.ofNullable(SET.get(name))), is(row[1]));
        }
    }

    @Test
    public void splitsAfterExpansion() {
        assertThat(words("a  b\tc"), is(List.of("a", "b", "c")));
        assertThat(words("$TWO \"$TWO\" 'x y' p\\ q"), is(List.of("a", "b", "a b", "x y", "p q")));
        assertThat(words("8080 $UNSET 9090"), is(List.of("8080", "9090")));
    }

    @Test
    public void anotherEscapeCharacterLeavesBackslashesAlone() {
        Expander windows = new Expander("Dockerfile", '`');
        assertThat(windows.word(1, "c:\\dir\\`$X", Variables.NONE), is("c:\\dir\\$X"));
    }

    @Test
    public void documentsKeepTheirQuotes() {
        String text = "a \"$X\" 'b' \\$X\n";
        assertThat(expander.document(1, text, name -> Optional.ofNullable(SET.get(name))), is("a \"value\" 'b' $X\n"));
    }

    @Test
    public void faultsNameLineAndReason() {
        String[][] table = {
            {"'open", "single quote"},
            {"\"open", "double quote"},
            {"${X", "X"},
            {"${}", "not a variable"},
            {"${X:=y}", "':='"},
            {"${X!y}", "'!'"},
            {"${X:-y", "no matching }"},
            {"${UNSET:?set it with --build-arg}", "set it with --build-arg"},
            {"${EMPTY:?}", "EMPTY must not be empty"},
        };
        for (String[] row : table) {
            ReleaseException e = assertThrows(
                    row[0],
                    ReleaseException.class,
                    () -> expander.word(7, row[0], name -> Optional.ofNullable(SET.get(name))));
            assertThat(e.getMessage(), containsString("Dockerfile:7"));
            assertThat(e.getMessage(), containsString(row[1]));
        }
    }

    private List<String> words(String text) {
        return expander.words(1, text, name -> Optional.ofNullable(SET.get(name)));
    }
}
