package io.jenkins.plugins.k8srollout.step;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Test;

/** Everything that a form, a page or a message shows is there in Chinese, too. */
public class ChineseTest {
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Pattern TEXT = Pattern.compile("\\$\\{%([^}(]+)(?:\\([^}]*\\))?}");
    // As strings inside expressions: ${test ? '%Yes' : '%No'}
    private static final Pattern QUOTED = Pattern.compile("'%([^']+)'");
    private static final Pattern HAN = Pattern.compile("\\p{IsHan}");

    @Test
    public void everyHelpFile() throws IOException {
        List<String> lacking = new ArrayList<>();
        List<Path> english = files("help.*\\.html").stream()
                .filter(f -> !f.toString().endsWith("_zh_CN.html"))
                .toList();
        for (Path help : english) {
            Path chinese = Path.of(help.toString().replace(".html", "_zh_CN.html"));
            if (!Files.exists(chinese)
                    || !HAN.matcher(Files.readString(chinese)).find()) {
                lacking.add(chinese.toString());
            } else if (!codes(help).equals(codes(chinese))) {
                lacking.add(chinese + " has other code than the English: " + codes(chinese) + " " + codes(help));
            }
        }
        assertThat(lacking, is(empty()));
        assertThat(english.size(), greaterThan(80));
    }

    @Test
    public void everyMessage() throws IOException {
        List<String> lacking = new ArrayList<>();
        for (Path english : files("Messages\\.properties")) {
            Properties chinese = read(english.resolveSibling("Messages_zh_CN.properties"));
            Properties texts = read(english);
            texts.stringPropertyNames().stream()
                    .filter(key -> !parameters(texts.getProperty(key)).equals(parameters(chinese.getProperty(key, ""))))
                    .forEach(key -> lacking.add(english + " " + key));
            texts.stringPropertyNames().stream()
                    .filter(key -> !HAN.matcher(chinese.getProperty(key, "")).find())
                    .filter(key -> !key.equals("ConnectionTest.registry"))
                    .forEach(key -> lacking.add(english + " " + key));
        }
        assertThat(lacking, is(empty()));
    }

    @Test
    public void everyTextOfTheForms() throws IOException {
        List<String> lacking = new ArrayList<>();
        for (Path jelly : files(".*\\.jelly")) {
            Set<String> keys = keys(Files.readString(jelly));
            Properties chinese = read(Path.of(jelly.toString().replace(".jelly", "_zh_CN.properties")));
            keys.stream()
                    .filter(key -> chinese.getProperty(key, "").isBlank())
                    .forEach(key -> lacking.add(jelly + " " + key));
            chinese.stringPropertyNames().stream()
                    .filter(key -> !keys.contains(key))
                    .forEach(key -> lacking.add(jelly + " has no text " + key));
        }
        assertThat(lacking, is(empty()));
    }

    private static Set<String> keys(String jelly) {
        Set<String> keys = new TreeSet<>();
        for (Pattern pattern : List.of(TEXT, QUOTED)) {
            Matcher matcher = pattern.matcher(jelly);
            while (matcher.find()) {
                keys.add(matcher.group(1));
            }
        }
        return keys;
    }

    private static Set<String> parameters(String message) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\{\\d}").matcher(message);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    private static Set<String> codes(Path html) throws IOException {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile("<code>([^<]*)</code>").matcher(Files.readString(html));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        return properties;
    }

    private static List<Path> files(String name) throws IOException {
        try (Stream<Path> all = Files.walk(RESOURCES)) {
            return all.filter(f -> f.getFileName().toString().matches(name))
                    .sorted()
                    .toList();
        }
    }
}
