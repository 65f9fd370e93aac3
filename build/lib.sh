# What build/verify and build/e2e have in common. Sourced in the project's folder, never run.
# shellcheck shell=bash

# Whether Jenkins' artifacts are there: Maven can resolve the parent, from its cache or from the repository that pom.xml
# names.
jenkins_resolves() {
  [ -f pom.xml ] || return 1
  build/maven -B -ntp -q -f pom.xml help:evaluate -Dexpression=jenkins.version -DforceStdout >/dev/null 2>&1 \
    || build/maven -B -ntp -q -o -f pom.xml validate >/dev/null 2>&1
}

count_tests() { # folder of surefire reports
  cat "$1"/TEST-*.xml 2>/dev/null | awk '/^<testsuite|<testsuite /{
         if (match($0, / tests="[0-9]+"/)) t += substr($0, RSTART + 8, RLENGTH - 9)
         if (match($0, / errors="[0-9]+"/)) f += substr($0, RSTART + 9, RLENGTH - 10)
         if (match($0, / failures="[0-9]+"/)) f += substr($0, RSTART + 11, RLENGTH - 12)
         if (match($0, / skipped="[0-9]+"/)) s += substr($0, RSTART + 10, RLENGTH - 11)
       } END { printf "%d passed, %d failed, %d skipped\n", t - f - s, f, s }'
}
