#!/usr/bin/env bash
# Runs the tests of AI services that langchain4j itself runs against OpenAI, from its test jar, and our own.
suite=test:frameworks/langchain4j
folder=test/frameworks/java-langchain4j
# shellcheck source=test/frameworks/junit/suite.sh
source "$(dirname "$0")/../junit/suite.sh"

command -v mvn >/dev/null || need 'mvn: apt-get install maven'
java -version 2>&1 | grep -qE '"(1[7-9]|[2-9][0-9])' || need 'java 17 or later: apt-get install openjdk-17-jdk'

# Maven writes beside its pom.
mkdir -p "$cache"
cp "$folder/pom.xml" "$cache/pom.xml"
rm -rf "$cache/target" "$cache/src"
cp -r "$folder/src" "$cache/src"
mvn -q -B -f "$cache/pom.xml" test-compile >"$work/maven.log" 2>&1 || {
  tail -n 20 "$work/maven.log" >&2
  need 'Maven to fetch the artifacts of pom.xml'
}

start_standin
export OPENAI_API_KEY=sk-test OPENAI_BASE_URL=$base OPENAI_ORGANIZATION_ID=
mvn -B -f "$cache/pom.xml" surefire:test >"$work/langchain4j.log" 2>&1 </dev/null || true
for file in "$cache"/target/surefire-reports/TEST-*.xml; do cp "$file" "$work/langchain4j-${file##*/}"; done
report langchain4j
end_suite
