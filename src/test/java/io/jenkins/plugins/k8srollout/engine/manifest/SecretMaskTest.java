package io.jenkins.plugins.k8srollout.engine.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.jenkins.plugins.k8srollout.engine.model.KubeObject;
import java.util.List;
import org.junit.Test;

public class SecretMaskTest {
    private static final List<KubeObject> OBJECTS = Yaml.all("""
            apiVersion: v1
            kind: Secret
            metadata:
              name: login
              annotations:
                kubectl.kubernetes.io/last-applied-configuration: '{"data":{"password":"hunter2"}}'
            data: {user: hunter2, password: hunter2}
            stringData: {more: hunter2}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {db.password: hunter2, shown: yes it is}
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: clean}
            spec:
              jobTemplate:
                spec:
                  template:
                    spec:
                      initContainers: [{name: a, env: [{name: API_TOKEN, value: hunter2}]}]
                      containers: [{name: b, env: [{name: SHOWN, value: shown}, {name: DB_PASSWORD, value: hunter2}]}]
            """);

    @Test
    public void valuesAreHiddenAndNamesAreNot() {
        for (KubeObject object : OBJECTS) {
            assertThat(YamlText.write(SecretMask.mask(object)), not(containsString("hunter2")));
        }
        assertThat(YamlText.write(SecretMask.mask(OBJECTS.get(0))), containsString("password: \"***\""));
        assertThat(SecretMask.mask(OBJECTS.get(1)).text("data", "shown").get(), is("yes it is"));
    }

    @Test
    public void diffTellsThatAHiddenValueChangedAndNotWhat() {
        KubeObject before = OBJECTS.get(0);
        String diff = SecretMask.diff("a", before, "b", before.with("bmV3", "data", "password"));
        assertThat(diff, containsString("-  password: \"*** (before)\"\n+  password: \"*** (after)\""));
        assertThat(diff, not(containsString("hunter2")));
        assertThat(diff, not(containsString("bmV3")));
        assertThat(SecretMask.diff("a", before, "b", before), is(""));
    }

    @Test
    public void namesOfSecretsAreKnownByTheirWords() {
        for (String secret : List.of(
                "DB_PASSWORD",
                "password",
                "MYSQL_ROOT_PASSWORD",
                "apiToken",
                "API_KEY",
                "AWS_SECRET_ACCESS_KEY",
                "APP_KEY",
                "client-secret",
                "dbpassword",
                "KEY",
                "REDIS_PASS",
                "MYSQL_PWD")) {
            assertThat(secret, SecretNames.isSecret(secret), is(true));
        }
        for (String harmless : List.of(
                "PWD",
                "DB_PASSWORD_FILE",
                "TOKEN_TTL",
                "SECRET_NAME",
                "AWS_ACCESS_KEY_ID",
                "KEYBOARD",
                "SORT_KEY",
                "COMPASS_URL",
                "",
                "PATH",
                "_",
                "PUBLIC_KEY")) {
            assertThat(harmless, SecretNames.isSecret(harmless), is(false));
        }
    }
}
