package io.jenkins.plugins.k8srollout.engine.image.dockerfile;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.jenkins.plugins.k8srollout.engine.model.ReleaseException;
import org.junit.Test;

public class IgnorePatternsTest {

    /** The behaviour that moby/patternmatcher documents and tests: lines, path, ignored. */
    @Test
    public void decidesAsMobyDoes() {
        String[][] table = {
            {"", "a", "no"},
            {"a", "a", "yes"},
            {"a", "ab", "no"},
            {"a", "x/a", "no"},
            {"a", "a/b/c", "yes"},
            {"/a", "a", "yes"},
            {"./a/", "a/b", "yes"},
            {"a/../b", "b", "yes"},
            {"  a  ", "a", "yes"},
            {"# a", "# a", "no"},
            {" # a", "# a", "yes"},
            {"\uFEFFa", "a", "yes"},
            {"*", "a/b", "yes"},
            {"*.md", "README.md", "yes"},
            {"*.md", "docs/x.md", "no"},
            {"*/temp*", "some/temporary.txt", "yes"},
            {"*/temp*", "temporary", "no"},
            {"*/*/temp*", "a/b/temp1", "yes"},
            {"temp?", "tempa", "yes"},
            {"temp?", "temp", "no"},
            {"temp?", "temp/a", "no"},
            {"**", "a/b", "yes"},
            {"**/", "a", "yes"},
            {"**/a", "a", "yes"},
            {"**/a", "x/y/a", "yes"},
            {"**/a", "x/ya", "no"},
            {"**a", "xa", "yes"},
            {"**/*.go", "x.go", "yes"},
            {"**/*.go", "a/b/x.go", "yes"},
            {"**/*.go", "a/b/x.gox", "no"},
            {"a/**", "a/b/c", "yes"},
            {"a/**", "a", "no"},
            {"a/**/b", "a/b", "yes"},
            {"a/**/b", "a/x/y/b", "yes"},
            {"a/**/b", "a/xb", "no"},
            {"a**/b", "ax/y/b", "yes"},
            {"abc/def**", "abc/default.txt", "yes"},
            {"[a-c]x", "bx", "yes"},
            {"[^a-c]x", "bx", "no"},
            {"[^a-c]x", "dx", "yes"},
            {"a\\*b", "a*b", "yes"},
            {"a\\*b", "axb", "no"},
            {"a.b", "axb", "no"},
            {"a(b)+{c}|$", "a(b)+{c}|$", "yes"},
            {"*\n!a", "a", "no"},
            {"*\n!a", "b", "yes"},
            {"*\n!a/b", "a/b/c", "no"},
            {"*\n!a/b", "a/x", "yes"},
            {"!a\n*", "a", "yes"},
            {"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", "yes"},
            {"*.md\nREADME-secret.md\n!README*.md", "README-secret.md", "no"},
            {"a\n!  b", "a", "yes"},
            {"docs\n!docs/keep\ndocs/keep/tmp", "docs/keep/tmp/x", "yes"},
            {"docs\n!docs/keep\ndocs/keep/tmp", "docs/keep/x", "no"},
            {"**/node_modules\n!web/node_modules", "web/node_modules/x", "no"},
            {"**/node_modules\n!web/node_modules", "api/node_modules/x", "yes"},
            {"a\r\nb\r\n", "b", "yes"},
        };
        for (String[] row : table) {
            boolean ignored = IgnorePatterns.parse(".dockerignore", row[0]).ignores(row[1]);
            assertThat(row[0].replace("\n", " | ") + " on " + row[1], ignored, is(row[2].equals("yes")));
        }
    }

    @Test
    public void aWalkEntersAnIgnoredFolderOnlyIfSomethingBelowMayComeBack() {
        IgnorePatterns patterns = IgnorePatterns.parse(".dockerignore", "*\n!web/public/*.css");
        assertThat(patterns.top().child("web").ignoredWithAllBelow(), is(false));
        assertThat(patterns.top().child("web").child("private").ignoredWithAllBelow(), is(true));
        assertThat(patterns.top().child("node_modules").ignoredWithAllBelow(), is(true));
    }

    @Test
    public void malformedLinesAreNamed() {
        for (String bad : new String[] {"a\n[b", "a\n!"}) {
            ReleaseException e = assertThrows(ReleaseException.class, () -> IgnorePatterns.parse(".dockerignore", bad));
            assertThat(e.getMessage(), containsString(".dockerignore:2"));
        }
    }
}
