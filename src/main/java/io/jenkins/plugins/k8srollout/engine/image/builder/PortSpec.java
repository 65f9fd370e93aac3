package io.jenkins.plugins.k8srollout.engine.image.builder;

import io.jenkins.plugins.k8srollout.engine.image.dockerfile.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ports as EXPOSE takes them: {@code 80}, {@code 53/udp}, {@code 8000-8010}; what precedes a colon is of the host. */
final class PortSpec {
    private static final Pattern FORM = Pattern.compile("(?:.*:)?(\\d{1,5})(?:-(\\d{1,5}))?(?:/(\\w+))?");
    private static final int HIGHEST = 65_535;

    private PortSpec() {}

    static List<String> parse(Place place, String text) {
        Matcher form = FORM.matcher(text);
        String protocol =
                form.matches() && form.group(3) != null ? form.group(3).toLowerCase(Locale.ROOT) : "tcp";
        int first = form.matches() ? Integer.parseInt(form.group(1)) : -1;
        int last = form.matches() && form.group(2) != null ? Integer.parseInt(form.group(2)) : first;
        boolean known = protocol.equals("tcp") || protocol.equals("udp") || protocol.equals("sctp");
        if (first < 0 || last < first || last > HIGHEST || !known) {
            throw place.refused(
                    "'" + text + "' is not a port", "Write 8080, 8000-8010 or 53/udp", "tcp", "udp", "sctp");
        }
        List<String> ports = new ArrayList<>();
        for (int port = first; port <= last; port++) {
            ports.add(port + "/" + protocol);
        }
        return ports;
    }
}
