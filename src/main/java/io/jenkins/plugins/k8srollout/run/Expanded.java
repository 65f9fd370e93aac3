package io.jenkins.plugins.k8srollout.run;

import hudson.EnvVars;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parameters as a freestyle job means them: {@code $NAME} and {@code ${NAME}} in every text are replaced by the
 * environment's values, so that no field can be forgotten. What the environment does not have stays as it is. Ids of
 * credentials are left to Jenkins, which looks at who has chosen the value of a credentials parameter.
 */
public final class Expanded {
    private static final Set<String> CREDENTIALS = Set.of("getCredentialsId", "getPullSecret");

    private Expanded() {}

    /**
     * @param type one of the interfaces of parameters
     * @param variables read with each access
     */
    public static <P> P of(Class<P> type, P parameters, EnvVars variables) {
        return proxy(type, (proxy, method, args) -> {
            Object value = call(parameters, method, args);
            return CREDENTIALS.contains(method.getName()) ? value : expanded(value, variables);
        });
    }

    /**
     * The same parameters, but one.
     *
     * @param getter the name of the method that returns it
     */
    public static <P> P with(Class<P> type, P parameters, String getter, Object value) {
        return proxy(
                type,
                (proxy, method, args) -> method.getName().equals(getter) ? value : call(parameters, method, args));
    }

    private static <P> P proxy(Class<P> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object on, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(on, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object expanded(Object value, EnvVars variables) {
        if (value instanceof String) {
            return variables.expand((String) value);
        }
        if (value instanceof List) {
            return ((List<?>) value).stream().map(v -> expanded(v, variables)).toList();
        }
        if (value instanceof Map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> copy.put(expanded(k, variables), expanded(v, variables)));
            return copy;
        }
        if (value instanceof StrategyParameters) {
            return (StrategyParameters) text -> ((StrategyParameters) value).read(v -> text.apply(variables.expand(v)));
        }
        return value;
    }
}
