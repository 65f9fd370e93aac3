package io.jenkins.plugins.k8srollout.engine.manifest.check;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of a resource.
 *
 * @param value in the base unit: cores, bytes
 * @param suffix as written, as in {@code Mi}
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
record Quantity(BigDecimal value, String suffix) {
    private static final Pattern FORM =
            Pattern.compile("([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))(?:([eE][+-]?[0-9]{1,3})|([numkMGTPE]|[KMGTPE]i)?)");
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final Map<String, Integer> DECIMAL =
            Map.of("", 0, "n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
    private static final Map<String, Integer> BINARY = Map.of("Ki", 1, "Mi", 2, "Gi", 3, "Ti", 4, "Pi", 5, "Ei", 6);

    /** @return empty if {@code value} is neither a number nor text of the right form */
    static Optional<Quantity> of(Object value) {
        Matcher form = FORM.matcher(String.valueOf(value));
        if (!(value instanceof String || value instanceof Number) || !form.matches()) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(form.group(1));
        if (form.group(2) != null) {
            int exponent = Integer.parseInt(form.group(2).substring(1));
            return Optional.of(new Quantity(number.scaleByPowerOfTen(exponent), form.group(2)));
        }
        String suffix = form.group(3) == null ? "" : form.group(3);
        BigDecimal factor = BINARY.containsKey(suffix)
                ? KIBI.pow(BINARY.get(suffix))
                : BigDecimal.ONE.scaleByPowerOfTen(DECIMAL.get(suffix));
        return Optional.of(new Quantity(number.multiply(factor), suffix));
    }
}
