package io.jenkins.plugins.k8srollout.engine.manifest;

import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of an unquoted YAML scalar, by the rules of the parser that kubectl and the API server use, which are
 * mostly those of YAML 1.1: {@code on} and {@code y} are booleans, {@code 0644} is octal, {@code 1:30} is text.
 *
 * @see <a href="https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go">sigs.k8s.io/yaml</a>
 */
final class PlainScalar {
    private static final Map<String, Boolean> BOOLEANS = Map.ofEntries(
            Map.entry("y", true),
            Map.entry("Y", true),
            Map.entry("yes", true),
            Map.entry("Yes", true),
            Map.entry("YES", true),
            Map.entry("true", true),
            Map.entry("True", true),
            Map.entry("TRUE", true),
            Map.entry("on", true),
            Map.entry("On", true),
            Map.entry("ON", true),
            Map.entry("n", false),
            Map.entry("N", false),
            Map.entry("no", false),
            Map.entry("No", false),
            Map.entry("NO", false),
            Map.entry("false", false),
            Map.entry("False", false),
            Map.entry("FALSE", false),
            Map.entry("off", false),
            Map.entry("Off", false),
            Map.entry("OFF", false));
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern NOT_FINITE = Pattern.compile("[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");
    private static final Pattern INTEGER =
            Pattern.compile("([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))");
    private static final Pattern FRACTION =
            Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");
    private static final BigInteger LARGEST_LONG = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger SMALLEST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final int LONGEST_NUMBER = 400; // more digits than any float has; large ones take long to read
    private static final double LARGEST_EXACT = 1L << 53;

    private PlainScalar() {}

    /** @return text, boolean, {@link Long}, {@link BigInteger}, {@link Double} or null */
    static Object value(String text) {
        if (NULLS.contains(text)) {
            return null;
        }
        Boolean bool = BOOLEANS.get(text);
        if (bool != null) {
            return bool;
        }
        char first = text.charAt(0);
        boolean digit = first >= '0' && first <= '9';
        if (text.length() > LONGEST_NUMBER || (!digit && first != '-' && first != '+' && first != '.')) {
            return text;
        }
        return number(first == '.' ? text : text.replace("_", ""), text);
    }

    /** Whether the value is one that JSON, and with it Kubernetes, has no way to write. */
    static boolean isNotFinite(String text) {
        return NOT_FINITE.matcher(text).matches();
    }

    private static Object number(String digits, String text) {
        Matcher integer = INTEGER.matcher(digits);
        if (integer.matches()) {
            return whole(integer);
        }
        if (FRACTION.matcher(digits).matches()) {
            double value = Double.parseDouble(digits);
            // JSON knows no difference between 2 and 2.0, and the API server reads what JSON shows.
            boolean isWhole = value == Math.rint(value) && Math.abs(value) <= LARGEST_EXACT;
            return isWhole ? (Object) (long) value : Double.isFinite(value) ? (Object) value : text;
        }
        return text;
    }

    private static Object whole(Matcher integer) {
        int[] radix = {16, 2, 8, 10};
        for (int i = 0; i < radix.length; i++) {
            String digits = integer.group(i + 2);
            if (digits != null) {
                BigInteger value = new BigInteger(integer.group(1) + digits, radix[i]);
                boolean fits = value.compareTo(LARGEST_LONG) <= 0 && value.compareTo(SMALLEST_LONG) >= 0;
                return fits ? (Object) value.longValue() : value;
            }
        }
        throw new IllegalStateException("an integer without digits: " + integer.group());
    }
}
